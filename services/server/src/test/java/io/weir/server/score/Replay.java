package io.weir.server.score;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Outcome;
import io.weir.core.decide.Selections;
import io.weir.core.policy.Entity;
import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.MalformedValueException;
import io.weir.events.PolicyActivated;
import io.weir.events.PolicyPublished;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.events.TransactionSubmitted;
import io.weir.server.log.HomePartition;
import io.weir.server.log.LogRecord;
import io.weir.server.log.memory.MemoryLog;
import io.weir.server.log.memory.MemoryLog.Stored;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** The state machine and nothing else, led along the log from its beginning. */
final class Replay {
    private static final EventReader READER = new EventReader(MemoryLog.IDS);

    final DecisionStateMachine machine;
    private final List<List<Read>> inputs;
    private final List<Read> control;
    private final Map<Sha256, Policy> published = new HashMap<>();
    /** By partition, how many records have been folded. */
    private final int[] folded;

    private int controlFolded;

    /**
     * A record and what it says.
     *
     * @param event null if it is no event
     */
    record Read(LogRecord record, Event event) {}

    /** The whole log, decoded once. */
    record Inputs(List<List<Read>> partitions, List<Read> control) {
        static Inputs of(MemoryLog log) {
            List<List<Read>> partitions = new ArrayList<>();
            for (int partition = 0; partition < log.partitions(); partition++) {
                partitions.add(read(log.history(Topics.TRANSACTIONS, partition), log.partitions()));
            }
            return new Inputs(partitions, read(log.history(Topics.CONTROL, 0), 0));
        }

        /** All policies that were ever published, each once. */
        Collection<Policy> published() {
            Map<Sha256, Policy> published = new LinkedHashMap<>();
            for (Read read : control) {
                if (read.event instanceof PolicyPublished publication) {
                    published.put(publication.policySha256(), SimulatedTraffic.compile(publication.document()));
                }
            }
            return published.values();
        }

        private static List<Read> read(List<Stored> records, int partitions) {
            return records.stream()
                    .map(stored -> new Read(stored.record(), event(stored.record(), partitions)))
                    .toList();
        }
    }

    Replay(Inputs inputs) {
        this(inputs, Selections.of(inputs.published()));
    }

    /** One whose machine keeps what another does. */
    Replay(Inputs inputs, Selections kept) {
        this.machine = new DecisionStateMachine(kept);
        this.inputs = inputs.partitions;
        this.control = inputs.control;
        this.folded = new int[inputs.partitions.size()];
    }

    /** Folds a partition up to an offset. */
    void fold(int partition, long to) {
        advance(partition, to, (record, event) -> machine.fold(event, partition, record.offset()));
    }

    /** Folds every partition up to an offset. */
    Replay fold(long[] to) {
        for (int partition = 0; partition < to.length; partition++) {
            fold(partition, to[partition]);
        }
        return this;
    }

    /** Decides what comes next in a partition, up to an offset; of what is no event it hands out no outcome. */
    void decide(int partition, long to, BiConsumer<LogRecord, Outcome> out) {
        advance(
                partition,
                to,
                (record, event) -> out.accept(record, machine.decide(event, partition, record.offset())));
    }

    /** Folds the control topic up to an offset. */
    void foldControl(long to) {
        for (;
                controlFolded < control.size()
                        && control.get(controlFolded).record.offset() < to;
                controlFolded++) {
            Event event = control.get(controlFolded).event;
            if (event instanceof PolicyPublished publication) {
                published.put(publication.policySha256(), SimulatedTraffic.compile(publication.document()));
            } else if (event instanceof PolicyActivated activation
                    && published.containsKey(activation.policySha256())) {
                machine.activate(published.get(activation.policySha256()));
            }
        }
    }

    /** The offset after the last record that was folded of a partition. */
    long position(int partition) {
        return folded[partition] == 0
                ? 0
                : inputs.get(partition).get(folded[partition] - 1).record.offset() + 1;
    }

    /** What is not the same in another state. */
    List<String> difference(DecisionStateMachine other) {
        List<String> different = new ArrayList<>();
        for (Read read : inputs.stream().flatMap(List::stream).toList()) {
            if (read.event instanceof TransactionSubmitted transaction) {
                for (Entity kind : Entity.values()) {
                    String id = kind.idIn(transaction);
                    if (id != null && !Arrays.equals(machine.state(kind, id), other.state(kind, id))) {
                        different.add(kind + " " + id + ": " + other.profile(kind, id) + ", replayed "
                                + machine.profile(kind, id));
                    }
                }
            }
        }
        return different.stream().distinct().toList();
    }

    private void advance(int partition, long to, BiConsumer<LogRecord, Event> each) {
        List<Read> all = inputs.get(partition);
        while (folded[partition] < all.size()
                && all.get(folded[partition]).record.offset() < to) {
            Read read = all.get(folded[partition]++);
            if (read.event != null) {
                each.accept(read.record, read.event);
            }
        }
    }

    /** Null for what is refused; the control topic, of 0 partitions here, has no home partitions. */
    private static Event event(LogRecord record, int partitions) {
        try {
            Event event = READER.read(record.value());
            boolean home = partitions == 0
                    || record.key() != null && HomePartition.of(record.key(), partitions) == record.partition();
            return home && Arrays.equals(record.key(), event.key().getBytes(StandardCharsets.UTF_8)) ? event : null;
        } catch (MalformedValueException e) {
            return null;
        }
    }
}
