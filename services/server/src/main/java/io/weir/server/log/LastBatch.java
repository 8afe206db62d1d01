package io.weir.server.log;

import io.weir.events.DecisionChain;
import io.weir.events.Provenance;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The newest batch of a partition of the decisions, read from the log.
 *
 * @param next the offset in the partition of the transaction log after the last record that the batch decided
 * @param head head of the chain of decisions after it; null where the batch was written without a chain
 */
public record LastBatch(long next, @Nullable Sha256 head) {
    private static final Duration POLL = Duration.ofMillis(100);
    /** More than a batch and its markers usually take. */
    private static final long FIRST_WINDOW = 4_000;

    /**
     * What a partition of the decisions has been through.
     *
     * @param last its newest batch; null if there is none, or none any more
     * @param truncated whether its beginning has been deleted, by retention as a rule
     */
    public record Past(@Nullable LastBatch last, boolean truncated) {
        /** Whether decisions were ever made. */
        public boolean exists() {
            return last != null || truncated;
        }
    }

    /** Reads a partition from its end backwards as far as needed. Blocks. */
    public static Past read(EngineLog log, int partition) {
        TopicPartition decisions = new TopicPartition(Topics.DECISIONS.topicName(), partition);
        try (RecordSource source = log.open("decisions")) {
            long beginning = source.beginnings(List.of(decisions)).getOrDefault(decisions, 0L);
            long end = source.stableEnds(List.of(decisions)).getOrDefault(decisions, 0L);
            source.assign(List.of(decisions));
            LastBatch last = null;
            for (long window = FIRST_WINDOW; last == null; window *= 2) {
                long from = Math.max(beginning, end - window);
                last = lastOf(readRange(source, decisions, from, end), partition);
                if (from == beginning) {
                    break;
                }
            }
            return new Past(last, beginning > 0);
        }
    }

    private static List<LogRecord> readRange(RecordSource source, TopicPartition partition, long from, long to) {
        source.seek(partition, from);
        List<LogRecord> records = new ArrayList<>();
        while (source.position(partition) < to) {
            records.addAll(source.poll(POLL));
        }
        records.removeIf(record -> record.offset() >= to); // where a batch may be read in part
        return records;
    }

    private static @Nullable LastBatch lastOf(List<LogRecord> records, int partition) {
        int first = records.size() - 1;
        while (first >= 0 && !records.get(first).headers().containsKey(Provenance.HEADER)) {
            first--;
        }
        if (first < 0) {
            return null;
        }
        String provenance = records.get(first).headers().getOrDefault(Provenance.HEADER, "");
        long next = Provenance.parse(provenance).ranges().stream()
                .filter(range -> range.kind() == Provenance.Kind.OWN && range.partition() == partition)
                .mapToLong(Provenance.Range::to)
                .findFirst()
                .orElse(0);
        String before = records.get(first).headers().get(DecisionChain.HEADER);
        if (before == null) {
            return new LastBatch(next, null);
        }
        DecisionChain chain = DecisionChain.batch(Sha256.parse(before), provenance);
        for (LogRecord record : records.subList(first, records.size())) {
            byte[] value = record.value();
            if (value != null) {
                chain.add(value);
            }
        }
        return new LastBatch(next, chain.head());
    }
}
