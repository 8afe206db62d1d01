package io.weir.training.replay;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Outcome;
import io.weir.core.decide.Selections;
import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.Hash64;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import io.weir.server.log.History;
import io.weir.server.log.LogRecord;
import io.weir.server.score.RecordDecoder;
import io.weir.server.score.RecordDecoder.UndecodableException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Features by replaying the transaction log through the core that serves, as they came: transactions and labels in the order
 * in which they were appended, so that a feature is what a decision of that policy would have recorded. What is learnt is the
 * last label of each transaction; one without a label counts as genuine.
 */
public final class LogReplay {
    private final Policy policy;
    private final List<String> features;
    private final int[] indices;
    private final SchemaIds schemaIds;

    /**
     * A replay that reads some of a policy's features.
     *
     * @param features their names, in the order of the columns
     * @throws IllegalArgumentException naming a feature that the policy does not have
     */
    public LogReplay(Policy policy, List<String> features, SchemaIds schemaIds) {
        this.policy = policy;
        this.features = List.copyOf(features);
        this.schemaIds = schemaIds;
        List<String> names = policy.featureNames();
        indices = features.stream()
                .mapToInt(name -> FeatureTable.indexOf(names, name))
                .toArray();
    }

    /**
     * What was replayed.
     *
     * @param table a row for each transaction decided, in the order of event time
     * @param stretches by partition, what was read of the log
     * @param transactions decided, those outside of the rows' range included
     * @param labels folded
     * @param passedOver records that were no events, or none that can be folded, or repetitions
     */
    public record Replayed(
            FeatureTable table, List<Stretch> stretches, long transactions, long labels, long passedOver) {
        public Replayed {
            stretches = List.copyOf(stretches);
        }
    }

    /**
     * What was read of a partition.
     *
     * @param from first offset
     * @param to offset after the last
     */
    public record Stretch(int partition, long from, long to) {}

    /**
     * Folds all of a history and keeps the features of a range of event time.
     *
     * @param fromMs event time of the first row, inclusive
     * @param toMs event time of the last row, exclusive
     * @param labelDelayMs how long labels take: transactions that are younger than that at the end of the log, by the latest
     *     event time, give no row, as their labels may be missing
     * @param progress told from time to time how many records were folded
     */
    public Replayed run(History history, long fromMs, long toMs, long labelDelayMs, LongConsumer progress) {
        return new Run(history, fromMs, toMs, labelDelayMs).run(progress);
    }

    /** One replay. */
    private final class Run {
        private static final long TOLD_EVERY = 10_000;

        private final History history;
        private final long fromMs;
        private final long toMs;
        private final long labelDelayMs;
        private final RecordDecoder decoder;
        private final DecisionStateMachine core = new DecisionStateMachine(Selections.of(List.of(policy)));
        private final FeatureTable.Builder table = new FeatureTable.Builder(features);
        /** By hash of account and transaction. */
        private final Map<Long, Integer> rows = new HashMap<>();

        private final double[] values = new double[indices.length];
        private long latestMs = Long.MIN_VALUE;
        private long transactions;
        private long labels;
        private long passedOver;

        Run(History history, long fromMs, long toMs, long labelDelayMs) {
            this.history = history;
            this.decoder = new RecordDecoder(schemaIds, history::partitions);
            this.fromMs = fromMs;
            this.toMs = toMs;
            this.labelDelayMs = labelDelayMs;
        }

        Replayed run(LongConsumer progress) {
            core.activate(policy);
            PriorityQueue<LogRecord> queue = new PriorityQueue<>(
                    Comparator.comparingLong(LogRecord::timestampMs).thenComparingInt(LogRecord::partition));
            List<Stretch> stretches = new ArrayList<>();
            for (int partition = 0; partition < history.partitions(); partition++) {
                stretches.add(new Stretch(
                        partition,
                        history.start(Topics.TRANSACTIONS, partition),
                        history.end(Topics.TRANSACTIONS, partition)));
                take(queue, partition);
            }
            long records = 0;
            for (LogRecord next = queue.poll(); next != null; next = queue.poll()) {
                fold(next);
                take(queue, next.partition());
                if (++records % TOLD_EVERY == 0) {
                    progress.accept(records);
                }
            }
            progress.accept(records);
            long matureMs = latestMs == Long.MIN_VALUE ? 0 : latestMs - labelDelayMs + 1;
            FeatureTable built = table.build(matureMs);
            return new Replayed(built, stretches, transactions, labels, passedOver);
        }

        private void take(PriorityQueue<LogRecord> queue, int partition) {
            LogRecord next = history.next(Topics.TRANSACTIONS, partition);
            if (next != null) {
                queue.add(next);
            }
        }

        private void fold(LogRecord record) {
            Event event = decode(record);
            if (event instanceof TransactionSubmitted transaction) {
                decide(transaction, record);
            } else if (event instanceof TransactionLabelled label) {
                label(label, record);
            } else {
                passedOver++;
            }
        }

        private void decide(TransactionSubmitted transaction, LogRecord record) {
            if (!(core.decide(transaction, record.partition(), record.offset()) instanceof Outcome.Decided decided)) {
                passedOver++;
                return;
            }
            transactions++;
            long timeMs = transaction.occurredAtMs();
            latestMs = Math.max(latestMs, timeMs);
            if (timeMs >= fromMs && timeMs < toMs) {
                TransactionDecided decision = decided.decision();
                for (int i = 0; i < indices.length; i++) {
                    values[i] = decision.featureValues()[indices[i]];
                }
                rows.put(
                        key(transaction.accountId(), transaction.transactionId()),
                        table.add(timeMs, transaction.accountId(), false, values));
            }
        }

        private void label(TransactionLabelled label, LogRecord record) {
            if (!(core.decide(label, record.partition(), record.offset()) instanceof Outcome.Labelled)) {
                passedOver++;
                return;
            }
            labels++;
            Integer row = rows.get(key(label.accountId(), label.transactionId()));
            if (row != null) {
                table.label(row, label.fraud());
            }
        }

        private @Nullable Event decode(LogRecord record) {
            try {
                return decoder.decode(record);
            } catch (UndecodableException e) {
                return null; // a dead letter, whoever decides it
            }
        }
    }

    private static long key(String accountId, String transactionId) {
        return new Hash64().add(accountId).add(transactionId).value();
    }
}
