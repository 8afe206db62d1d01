package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Entity;
import io.weir.core.policy.Policy;
import io.weir.core.window.EntityWindows;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Decided key by key, with states that are objects or bytes between any two events, everything is as decided in one place. */
class KeyedScoringTest {
    private static final int RECORDS = 120;

    @Test
    void decisionsAndStatesByKeyAreThoseOfTheStateMachine() {
        int compared = 0;
        for (long seed = 0; seed < 50; seed++) {
            // One partition: the keyed form takes an account to be its id.
            List<RandomLog.Entry> log = new RandomLog(seed, RECORDS).partition(0);
            Policy policy = RandomPolicy.of(seed, new RandomLog(seed, 1)).policy;
            int exactEvents = seed % 3 == 0 ? (int) (seed % 7) : EntityWindows.EXACT_EVENTS;
            DecisionStateMachine machine = new DecisionStateMachine(exactEvents, Selections.of(List.of(policy)));
            machine.activate(policy);
            ByKey byKey = new ByKey(new KeyedScoring(policy, exactEvents), new Random(seed));
            List<TransactionDecided> expected = new ArrayList<>();
            List<TransactionDecided> decided = new ArrayList<>();
            for (RandomLog.Entry entry : log) {
                if (machine.decide(entry.event(), entry.partition(), entry.offset())
                        instanceof Outcome.Decided outcome) {
                    expected.add(outcome.decision());
                }
                byKey.take(entry, decided);
            }
            assertThat(decided).as("seed %s", seed).isEqualTo(expected);
            compared += decided.size();
            byKey.accounts.forEach((id, state) -> assertThat(state).isEqualTo(machine.state(id)));
            byKey.entities.forEach(
                    (key, state) -> assertThat(state).as("%s", key).isEqualTo(machine.state(key.kind(), key.id())));
        }
        assertThat(compared).isGreaterThan(500);
    }

    private record Key(Entity kind, String id) {}

    private static final class ByKey {
        private final KeyedScoring scoring;
        private final Random random;
        private final Map<String, byte[]> accounts = new HashMap<>();
        private final Map<Key, byte[]> entities = new HashMap<>();
        private final Map<String, KeyedAccount> objects = new HashMap<>();

        ByKey(KeyedScoring scoring, Random random) {
            this.scoring = scoring;
            this.random = random;
        }

        void take(RandomLog.Entry entry, List<TransactionDecided> out) {
            String id = entry.event().key();
            KeyedAccount account = random.nextBoolean() ? objects.get(id) : null;
            byte[] state = accounts.get(id);
            if (account == null) {
                account = state == null ? scoring.account(id) : scoring.readAccount(id, state);
            }
            switch (entry.event()) {
                case TransactionSubmitted transaction -> {
                    InTransit inTransit = scoring.fold(account, transaction, entry.partition(), entry.offset());
                    if (inTransit != null) {
                        for (Entity kind : scoring.kinds()) {
                            String entity = kind.idIn(transaction);
                            if (entity != null) {
                                visit(new Key(kind, entity), inTransit, null);
                            }
                        }
                        out.add(scoring.decide(inTransit));
                    } else if (state == null) {
                        return;
                    }
                }
                case TransactionLabelled label -> {
                    Relabelling relabelling = scoring.fold(account, label);
                    if (relabelling != null) {
                        relabelling.entities().forEach((kind, of) -> visit(new Key(kind, of), null, relabelling));
                    } else if (state == null) {
                        return;
                    }
                }
                default -> throw new IllegalStateException(entry.toString());
            }
            objects.put(id, account);
            accounts.put(id, scoring.write(account));
        }

        private void visit(Key key, InTransit inTransit, Relabelling relabelling) {
            byte[] state = entities.get(key);
            KeyedEntity entity = state == null
                    ? scoring.entity(key.kind(), key.id())
                    : scoring.readEntity(key.kind(), key.id(), state);
            if (inTransit != null) {
                scoring.fold(entity, inTransit);
            } else {
                scoring.fold(entity, relabelling);
            }
            entities.put(key, scoring.write(entity));
        }
    }
}
