package io.weir.server.score;

import io.weir.core.decide.Outcome;
import io.weir.core.policy.Entity;
import io.weir.events.Event;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import io.weir.server.score.Replay.Inputs;
import io.weir.server.score.Replay.Read;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What should become of the records of one partition, whoever decides them: as one undisturbed state machine has it. */
final class Outcomes {
    /** By offset: decided, repeated, labelled or refused. */
    final Map<Long, String> kinds = new TreeMap<>();
    /** By offset; only what is about the account is sure to be the same for every engine. */
    final Map<Long, TransactionDecided> decisions = new HashMap<>();
    /** By account, what its events change beside it, by offset. */
    final Map<String, List<Concern>> concerns = new HashMap<>();

    private final Map<String, TransactionSubmitted> originals = new HashMap<>();
    private final Set<String> frauds = new HashSet<>();

    /**
     * An event that changes an account.
     *
     * @param entities the others that it changes, by the keys of their snapshots
     */
    record Concern(long offset, List<String> entities) {}

    Outcomes(Inputs inputs, int partition) {
        Map<Long, Event> events = new HashMap<>();
        for (Read read : inputs.partitions().get(partition)) {
            kinds.put(read.record().offset(), "refused");
            events.put(read.record().offset(), read.event());
        }
        Replay alone = new Replay(inputs);
        alone.foldControl(Long.MAX_VALUE);
        alone.decide(partition, Long.MAX_VALUE, (record, outcome) -> {
            Event event = events.get(record.offset());
            switch (outcome) {
                case Outcome.Decided decided -> decided(record.offset(), (TransactionSubmitted) event, decided);
                case Outcome.Repeated repeated -> kinds.put(record.offset(), "repeated");
                case Outcome.Labelled labelled -> labelled(record.offset(), (TransactionLabelled) event);
                case Outcome.Refused refused -> kinds.put(record.offset(), "refused");
            }
        });
    }

    private void decided(long offset, TransactionSubmitted transaction, Outcome.Decided decided) {
        kinds.put(offset, "decided");
        decisions.put(offset, decided.decision());
        originals.put(transaction.accountId() + ' ' + transaction.transactionId(), transaction);
        concern(offset, transaction);
    }

    private void labelled(long offset, TransactionLabelled label) {
        kinds.put(offset, "labelled");
        String id = label.accountId() + ' ' + label.transactionId();
        boolean changes = label.fraud() ? frauds.add(id) : frauds.remove(id);
        if (changes) {
            concern(offset, originals.get(id));
        }
    }

    private void concern(long offset, TransactionSubmitted transaction) {
        List<String> entities = new ArrayList<>();
        for (Entity kind : Entity.values()) {
            String id = kind.idIn(transaction);
            if (kind != Entity.ACCOUNT && id != null) {
                entities.add(kind.name().toLowerCase(Locale.ROOT) + ":" + id);
            }
        }
        concerns.computeIfAbsent(transaction.accountId(), account -> new ArrayList<>())
                .add(new Concern(offset, entities));
    }
}
