package io.weir.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.events.DecisionChain;
import io.weir.events.EventReader;
import io.weir.events.EventWriter;
import io.weir.events.Provenance;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.server.audit.AuditReport.Result;
import io.weir.server.audit.Divergence.Kind;
import io.weir.server.log.LogRecord;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Audits of engines that worked side by side, crashed and exchanged partitions. */
class WalkTest {
    private static final long SEEDS = Long.getLong("weir.audit.seeds", 150);

    @Test
    void whateverTheEnginesWentThroughEveryDecisionIsRecomputed() {
        int sideBySide = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            SimulatedEngines engines = run(seed);
            AuditReport report = audit(engines.log, AuditFilter.ALL);
            assertThat(report.divergent())
                    .as("seed %d: %s", seed, report.reported())
                    .isEmpty();
            assertThat(report.notVerifiable()).as("seed %d", seed).isEmpty();
            assertThat(report.verified()).as("seed %d", seed).isEqualTo(engines.decided);
            assertThat(report.result()).isEqualTo(Result.VERIFIED);
            assertThat(report.chain().anchored()).as("seed %d", seed).isEqualTo(engines.log.committed.size());
            sideBySide = Math.max(sideBySide, report.engines());
        }
        assertThat(sideBySide).isGreaterThan(1);
    }

    @Test
    void ofAStretchOfTimeTheDecisionsInItAreComparedAndNoOthers() {
        for (long seed = 0; seed < SEEDS; seed++) {
            SimulatedEngines engines = run(seed);
            List<LogRecord> records = someDecisions(engines.log, new Random(seed));
            if (records.isEmpty()) {
                continue;
            }
            long middleMs = records.get(records.size() / 2).timestampMs();
            AuditReport early = audit(engines.log, new AuditFilter(null, middleMs, null, null));
            AuditReport late = audit(engines.log, new AuditFilter(middleMs, null, null, null));
            assertThat(early.divergent()).as("seed %d", seed).isEmpty();
            assertThat(late.divergent()).as("seed %d", seed).isEmpty();
            assertThat(late.verified()).as("seed %d", seed).isPositive();
            assertThat(early.verified() + late.verified()).as("seed %d", seed).isEqualTo(engines.decided);
        }
    }

    @Test
    void aByteAlteredInADecisionIsFoundWhereItIs() {
        for (long seed = 0; seed < SEEDS; seed++) {
            SimulatedEngines engines = run(seed);
            Random random = new Random(seed);
            List<LogRecord> records = someDecisions(engines.log, random);
            if (records.isEmpty()) {
                continue;
            }
            int index = random.nextInt(records.size());
            LogRecord victim = records.get(index);
            byte[] value = victim.value().clone();
            value[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
            records.set(index, with(victim, value, victim.headers()));

            AuditReport report = audit(engines.log, AuditFilter.ALL);
            assertThat(report.result()).as("seed %d", seed).isEqualTo(Result.DIVERGENT);
            assertThat(report.reported()).as("seed %d", seed).anySatisfy(found -> {
                assertThat(found.kind()).isIn(Kind.ALTERED, Kind.UNEXPECTED);
                assertThat(found.partition()).isEqualTo(victim.partition());
                assertThat(found.offset()).isEqualTo(victim.offset());
            });
            assertThat(report.verified()).as("seed %d", seed).isEqualTo(engines.decided - 1);
        }
    }

    @Test
    void aRemovedDecisionIsMissedAndBreaksTheChain() {
        for (long seed = 0; seed < SEEDS; seed++) {
            SimulatedEngines engines = run(seed);
            Random random = new Random(seed);
            List<LogRecord> records = someDecisions(engines.log, random);
            if (records.isEmpty()) {
                continue;
            }
            LogRecord victim = records.remove(random.nextInt(records.size()));
            TransactionDecided gone = (TransactionDecided) new EventReader(MemoryLog.IDS).read(victim.value());

            AuditReport report = audit(engines.log, AuditFilter.ALL);
            assertThat(report.reported()).as("seed %d", seed).anySatisfy(found -> {
                assertThat(found.kind()).isEqualTo(Kind.MISSING);
                assertThat(found.transactionId()).isEqualTo(gone.transactionId());
                assertThat(found.sourceOffset()).isEqualTo(gone.sourceOffset());
            });
            assertThat(report.divergent()).as("seed %d", seed).containsKey(Kind.CHAIN_BROKEN);
            assertThat(report.verified()
                            + report.notVerifiableTotal()
                            + report.divergent().getOrDefault(Kind.ALTERED, 0L))
                    .as("seed %d: %s", seed, report.json())
                    .isEqualTo(engines.decided - 1);
            assertThat(report.divergent()).as("seed %d", seed).doesNotContainKey(Kind.ALTERED);
        }
    }

    @Test
    void anInsertedDecisionIsFoundAlsoUnderAForgedHeader() {
        for (long seed = 0; seed < SEEDS; seed++) {
            SimulatedEngines engines = run(seed);
            Random random = new Random(seed);
            List<LogRecord> records = someDecisions(engines.log, random);
            if (records.size() < 3) {
                continue;
            }
            int at = 1 + random.nextInt(records.size() - 1);
            TransactionDecided copied = (TransactionDecided) new EventReader(MemoryLog.IDS)
                    .read(records.get(random.nextInt(records.size())).value());
            LogRecord before = records.get(at);
            Map<String, String> headers = Map.of();
            if (seed % 3 > 0) {
                LogRecord first = records.get(0);
                headers = Map.of(
                        Provenance.HEADER,
                        first.headers().get(Provenance.HEADER),
                        DecisionChain.HEADER,
                        seed % 3 == 1 ? "00".repeat(32) : head(records, at));
            }
            LogRecord forged = new LogRecord(
                    before.topic(),
                    before.partition(),
                    before.offset(),
                    before.timestampMs(),
                    before.key(),
                    new EventWriter(MemoryLog.IDS).write(copied),
                    headers);
            records.add(at, forged);

            AuditReport report = audit(engines.log, AuditFilter.ALL);
            assertThat(report.reported()).as("seed %d", seed).anySatisfy(found -> {
                assertThat(found.kind()).isIn(Kind.UNEXPECTED, Kind.ALTERED);
            });
            assertThat(report.divergent()).as("seed %d", seed).containsKey(Kind.CHAIN_BROKEN);
        }
    }

    @Test
    void anAlertThatIsAlteredRemovedOrInsertedIsFound() {
        for (long seed = 0; seed < SEEDS; seed++) {
            SimulatedEngines engines = run(seed);
            Random random = new Random(seed);
            int partition = random.nextInt(engines.log.partitions);
            List<LogRecord> alerts = engines.log.records(Topics.FRAUD_ALERTS, partition);
            if (alerts.isEmpty()) {
                continue;
            }
            int index = random.nextInt(alerts.size());
            LogRecord victim = alerts.get(index);
            switch ((int) (seed % 3)) {
                case 0 -> {
                    byte[] value = victim.value().clone();
                    value[random.nextInt(value.length)] ^= 1;
                    alerts.set(index, with(victim, value, Map.of()));
                }
                case 1 -> alerts.remove(index);
                default -> alerts.add(index, victim);
            }
            AuditReport report = audit(engines.log, AuditFilter.ALL);
            assertThat(report.divergent()).as("seed %d", seed).containsOnlyKeys(Kind.ALERT);
            assertThat(report.reported()).as("seed %d", seed).allSatisfy(found -> assertThat(found.partition())
                    .isEqualTo(partition));
        }
    }

    /** The head that a forger would have to link to: that of the batch before an index. */
    private static String head(List<LogRecord> records, int at) {
        int first = at - 1;
        while (!records.get(first).headers().containsKey(Provenance.HEADER)) {
            first--;
        }
        DecisionChain chain = DecisionChain.batch(
                io.weir.events.Sha256.parse(records.get(first).headers().get(DecisionChain.HEADER)),
                records.get(first).headers().get(Provenance.HEADER));
        records.subList(first, at).forEach(record -> chain.add(record.value()));
        return chain.head().hex();
    }

    private static SimulatedEngines run(long seed) {
        SimulatedEngines engines = new SimulatedEngines(seed, 1 + (int) (seed % 3), SamplePolicies.of("70", "90"));
        engines.run(400);
        return engines;
    }

    private static List<LogRecord> someDecisions(MemoryLog log, Random random) {
        int partition = random.nextInt(log.partitions);
        for (int i = 0;
                i < log.partitions && log.records(Topics.DECISIONS, partition).isEmpty();
                i++) {
            partition = (partition + 1) % log.partitions;
        }
        return log.records(Topics.DECISIONS, partition);
    }

    private static LogRecord with(LogRecord record, byte[] value, Map<String, String> headers) {
        return new LogRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestampMs(),
                record.key(),
                value,
                headers);
    }

    static AuditReport audit(MemoryLog log, AuditFilter filter) {
        AuditReport report = new Auditor(log::open, () -> Snapshots.NONE, MemoryLog.IDS, SamplePolicies::compile)
                .verify(filter, new AuditProgress(), () -> false);
        return java.util.Objects.requireNonNull(report);
    }
}
