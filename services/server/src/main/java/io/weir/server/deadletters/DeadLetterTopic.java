package io.weir.server.deadletters;

import io.weir.events.Topics;
import io.weir.server.deadletters.DeadLetter.Position;
import io.weir.server.deadletters.DeadLetter.Redriven;
import io.weir.server.log.Cluster;
import io.weir.server.log.LogHistory;
import io.weir.server.log.LogRecord;
import io.weir.server.log.OutputRecord;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code weir.dead-letters} as it was when this was made: the letters, and beside them the markers that say which were put
 * back on the log. A marker has the letter's key and partition and no value, and goes when the letter has gone.
 */
public final class DeadLetterTopic {
    private static final Topics TOPIC = Topics.DEAD_LETTERS;
    private static final String CLIENT_ID = "weir-dead-letters";
    private static final String REDRIVEN = "redriven.offset";
    private static final String BY = "redriven.by";

    private final Cluster cluster;
    private final Map<Integer, Long> ends = new HashMap<>();
    private final Map<Position, Redriven> redriven = new HashMap<>();

    /** Reads which letters were put back. */
    public DeadLetterTopic(Cluster cluster) {
        this.cluster = cluster;
        try (LogHistory history = open()) {
            for (int partition = 0; partition < history.partitions(); partition++) {
                ends.put(partition, history.end(TOPIC, partition));
            }
            each(history, (partition, record) -> {
                String offset = record.headers().get(REDRIVEN);
                if (offset != null) {
                    redriven.put(
                            new Position(partition, Long.parseLong(offset)),
                            new Redriven(record.timestampMs(), record.headers().getOrDefault(BY, "")));
                }
            });
        }
    }

    /** Hands over every letter, by partition and offset. */
    public void each(Consumer<DeadLetter> letters) {
        try (LogHistory history = open()) {
            each(history, (partition, record) -> {
                DeadLetter letter = DeadLetter.of(record, redriven.get(new Position(partition, record.offset())));
                if (letter != null) {
                    letters.accept(letter);
                }
            });
        }
    }

    /** The letter there, or null if there is none. */
    public @Nullable DeadLetter at(Position position) {
        if (position.offset() < 0 || !contains(position)) {
            return null;
        }
        try (LogHistory history = open()) {
            history.startAt(TOPIC, position.partition(), position.offset());
            LogRecord record = history.next(TOPIC, position.partition());
            return record == null || record.offset() != position.offset()
                    ? null
                    : DeadLetter.of(record, redriven.get(position));
        }
    }

    /** Whether a position lies before the ends that the topic had. */
    boolean contains(Position position) {
        return position.offset() < ends.getOrDefault(position.partition(), 0L);
    }

    /** Partitions of the topic, and of the transaction log. */
    int partitions() {
        return ends.size();
    }

    /** What says that a letter was put back by somebody. */
    static OutputRecord marker(DeadLetter letter, String by) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(REDRIVEN, String.valueOf(letter.position().offset()));
        headers.put(BY, by);
        return new OutputRecord(TOPIC, letter.position().partition(), letter.key(), null, headers);
    }

    private LogHistory open() {
        return new LogHistory(cluster, CLIENT_ID, Set.of(TOPIC), Map.of());
    }

    private void each(LogHistory history, BiConsumer<Integer, LogRecord> records) {
        ends.forEach((partition, end) -> {
            LogRecord record = history.next(TOPIC, partition);
            while (record != null && record.offset() < end) {
                records.accept(partition, record);
                record = history.next(TOPIC, partition);
            }
        });
    }
}
