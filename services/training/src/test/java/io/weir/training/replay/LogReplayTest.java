package io.weir.training.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Outcome;
import io.weir.core.decide.Selections;
import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.EventType;
import io.weir.events.EventWriter;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import io.weir.server.log.History;
import io.weir.server.log.HomePartition;
import io.weir.server.log.LogRecord;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import io.weir.training.evaluate.Handbook;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executor;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LogReplayTest {
    private static final long DAY_MS = 86_400_000L;
    private static final long START_MS = 17_000 * DAY_MS;
    private static final Ids IDS = new Ids();

    private static Policy policy;

    private final TwoPartitions log = new TwoPartitions();

    @BeforeAll
    static void compile() throws PolicyException {
        policy = new PolicyCompiler().compile(Handbook.policy());
    }

    @Test
    void featuresAreWhatDecisionsRecord() {
        long seed = 7;
        DecisionStateMachine core = new DecisionStateMachine(Selections.of(List.of(policy)));
        core.activate(policy);
        List<double[]> recorded = new ArrayList<>();
        List<Long> timesMs = new ArrayList<>();
        Random random = new Random(seed);
        for (int i = 0; i < 3_000; i++) {
            Event event = i % 3 == 2 ? label("t" + random.nextInt(i), random, i) : transaction("t" + i, random, i);
            int partition = partition(event);
            long offset = log.add(partition, event);
            if (core.decide(event, partition, offset) instanceof Outcome.Decided decided) {
                recorded.add(decided.decision().featureValues());
                timesMs.add(((TransactionSubmitted) event).occurredAtMs());
            }
        }

        LogReplay.Replayed replayed = replay(Long.MIN_VALUE, Long.MAX_VALUE, 0);

        FeatureTable table = replayed.table();
        assertThat(table.rows()).as("seed %d", seed).isEqualTo(recorded.size());
        Integer[] byTime = new Integer[recorded.size()];
        Arrays.setAll(byTime, i -> i);
        Arrays.sort(byTime, (one, other) -> Long.compare(timesMs.get(one), timesMs.get(other)));
        for (int row = 0; row < table.rows(); row++) {
            double[] values = new double[table.names().size()];
            for (int feature = 0; feature < values.length; feature++) {
                values[feature] = table.value(row, feature);
            }
            assertThat(values).as("row %d, seed %d", row, seed).isEqualTo(recorded.get(byTime[row]));
        }
        assertThat(replayed.transactions()).isEqualTo(recorded.size());
        assertThat(replayed.stretches())
                .containsExactly(
                        new LogReplay.Stretch(0, 0, log.partitions.get(0).size()),
                        new LogReplay.Stretch(1, 0, log.partitions.get(1).size()));
    }

    @Test
    void theLastLabelIsWhatIsLearnt() {
        add(transaction("t0", "a1", 0));
        add(transaction("t1", "a1", 1));
        add(transaction("t2", "a2", 2));
        add(label("t0", "a1", true));
        add(label("t2", "a2", true));
        add(label("t2", "a2", false));
        add(label("t9", "a2", true));

        LogReplay.Replayed replayed = replay(Long.MIN_VALUE, Long.MAX_VALUE, 0);

        assertThat(replayed.table().frauds(new int[] {0, 1, 2})).containsExactly(true, false, false);
    }

    @Test
    void repetitionsAndWhatIsNoEventGiveNoRow() {
        add(transaction("t0", "a1", 0));
        add(transaction("t0", "a1", 0));
        log.addBytes(0, new byte[] {1, 2, 3});

        LogReplay.Replayed replayed = replay(Long.MIN_VALUE, Long.MAX_VALUE, 0);

        assertThat(replayed.table().rows()).isEqualTo(1);
        assertThat(replayed.passedOver()).isEqualTo(2);
    }

    @Test
    void rowsAreOfTheRangeAndOldEnoughToBeLabelled() {
        for (int day = 0; day < 20; day++) {
            add(transaction("t" + day, "a1", day));
        }

        FeatureTable table = replay(START_MS + 5 * DAY_MS, START_MS + 18 * DAY_MS, 7 * DAY_MS)
                .table();

        assertThat(table.rows()).isEqualTo(8); // days 5 to 12; day 19 is the last
        assertThat(table.timeMs(0)).isEqualTo(START_MS + 5 * DAY_MS);
        assertThat(table.timeMs(7)).isEqualTo(START_MS + 12 * DAY_MS);
        assertThat(replay(START_MS, START_MS + 4 * DAY_MS, 0).table().rows()).isEqualTo(4);
    }

    private LogReplay.Replayed replay(long fromMs, long toMs, long labelDelayMs) {
        log.rewind();
        return new LogReplay(policy, policy.featureNames(), IDS).run(log, fromMs, toMs, labelDelayMs, records -> {});
    }

    private void add(Event event) {
        log.add(partition(event), event);
    }

    private static int partition(Event event) {
        return HomePartition.of(event.key().getBytes(StandardCharsets.UTF_8), 2);
    }

    private static TransactionSubmitted transaction(String id, String account, int day) {
        return transaction(id, account, "s1", START_MS + day * DAY_MS, 1_000);
    }

    /** Not in the order of event time. */
    private static TransactionSubmitted transaction(String id, Random random, int i) {
        long occurredAtMs = START_MS + i * 20L * 60_000 - random.nextInt(3) * DAY_MS;
        int number = Integer.parseInt(id.substring(1));
        return transaction(id, "a" + number % 17, "s" + random.nextInt(5), occurredAtMs, 500 + random.nextInt(9_000));
    }

    private static TransactionSubmitted transaction(
            String id, String account, String terminal, long occurredAtMs, long amountMinor) {
        return new TransactionSubmitted(
                id,
                account,
                occurredAtMs,
                occurredAtMs + 5 * DAY_MS,
                amountMinor,
                "EUR",
                terminal,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static TransactionLabelled label(String id, Random random, int i) {
        return new TransactionLabelled(
                id,
                "a" + Integer.parseInt(id.substring(1)) % 17,
                START_MS + i * 20L * 60_000,
                START_MS + i * 20L * 60_000,
                random.nextInt(4) == 0,
                null);
    }

    private static TransactionLabelled label(String id, String account, boolean fraud) {
        return new TransactionLabelled(id, account, START_MS + 30 * DAY_MS, START_MS + 30 * DAY_MS, fraud, null);
    }

    /** A log of two partitions, with append times. */
    private static final class TwoPartitions implements History {
        private final List<List<LogRecord>> partitions = List.of(new ArrayList<>(), new ArrayList<>());
        private final int[] next = new int[2];
        private final EventWriter writer = new EventWriter(IDS);
        private long appended;

        long add(int partition, Event event) {
            return add(partition, event.key().getBytes(StandardCharsets.UTF_8), writer.write(event));
        }

        void addBytes(int partition, byte[] value) {
            add(partition, value, value);
        }

        private long add(int partition, byte[] key, byte[] value) {
            long offset = partitions.get(partition).size();
            partitions
                    .get(partition)
                    .add(new LogRecord(
                            Topics.TRANSACTIONS.topicName(), partition, offset, appended++, key, value, Map.of()));
            return offset;
        }

        void rewind() {
            Arrays.fill(next, 0);
        }

        @Override
        public int partitions() {
            return partitions.size();
        }

        @Override
        public long start(Topics topic, int partition) {
            return 0;
        }

        @Override
        public long end(Topics topic, int partition) {
            return partitions.get(partition).size();
        }

        @Override
        public Map<Integer, Committed> committed() {
            return Map.of();
        }

        @Override
        public void startAt(Topics topic, int partition, long offset) {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable LogRecord next(Topics topic, int partition) {
            List<LogRecord> records = partitions.get(partition);
            return next[partition] == records.size() ? null : records.get(next[partition]++);
        }

        @Override
        public Executor background() {
            return Runnable::run;
        }

        @Override
        public void close() {}
    }

    /** Numbers the schemas as they are met. */
    private static final class Ids implements SchemaIds {
        private final List<EventType<?>> types = new ArrayList<>();

        @Override
        public int idOf(EventType<?> type) {
            if (!types.contains(type)) {
                types.add(type);
            }
            return types.indexOf(type) + 1;
        }

        @Override
        public @Nullable Schema schemaOf(int id) {
            return id < 1 || id > types.size() ? null : types.get(id - 1).schema();
        }
    }
}
