package io.weir.core.decide;

import io.weir.core.policy.Entity;
import io.weir.core.policy.Label;
import io.weir.core.policy.Policy;
import io.weir.events.Sha256;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which records of a log change the state, and which entities they concern: the same in every interleaving. */
final class Effects {
    final List<Effect> all = new ArrayList<>();

    private final Map<String, Labelled> submitted = new HashMap<>();

    /**
     * What one record changes.
     *
     * @param account key of the account's snapshot among {@link SnapshotTopics#accounts}
     * @param entities keys of the entities' snapshots
     */
    record Effect(RandomLog.Entry entry, String account, List<String> entities) {}

    private record Labelled(
            TransactionSubmitted transaction, @Nullable Label label) {}

    Effects(RandomLog log, int exactEvents, Selections kept) {
        DecisionStateMachine machine = new DecisionStateMachine(exactEvents);
        machine.activate(new Policy("none", Sha256.of(new byte[0]), List.of(), List.of(), 50, 80));
        for (RandomLog.Entry entry : log.entries) {
            Outcome outcome = machine.decide(entry.event(), entry.partition(), entry.offset());
            if (entry.event() instanceof TransactionSubmitted transaction && outcome instanceof Outcome.Decided) {
                submitted.put(
                        key(transaction.accountId(), transaction.transactionId()), new Labelled(transaction, null));
                add(entry, transaction, kind -> true);
            } else if (entry.event() instanceof TransactionLabelled label && outcome instanceof Outcome.Labelled) {
                String key = key(label.accountId(), label.transactionId());
                Labelled before = submitted.get(key);
                Label is = label.fraud() ? Label.FRAUD : kept.keepsGenuine() ? Label.GENUINE : null;
                if (before.label != is) {
                    submitted.put(key, new Labelled(before.transaction, is));
                    boolean fraud = before.label == Label.FRAUD || is == Label.FRAUD;
                    add(entry, before.transaction, kind -> fraud || kept.keepsAnyGenuine(kind));
                }
            }
        }
    }

    private void add(RandomLog.Entry entry, TransactionSubmitted transaction, Predicate<Entity> concerns) {
        List<String> entities = new ArrayList<>();
        for (Entity kind : Entity.values()) {
            String id = kind.idIn(transaction);
            if (kind != Entity.ACCOUNT && id != null && concerns.test(kind)) {
                entities.add(kind.name().toLowerCase(Locale.ROOT) + ":" + id);
            }
        }
        all.add(new Effect(entry, entry.partition() + "/" + transaction.accountId(), entities));
    }

    private static String key(String account, String transaction) {
        return account + " " + transaction;
    }
}
