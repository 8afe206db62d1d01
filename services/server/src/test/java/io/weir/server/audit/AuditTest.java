package io.weir.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.events.DecisionChain;
import io.weir.events.EventReader;
import io.weir.events.Provenance;
import io.weir.events.TransactionDecided;
import io.weir.server.audit.AuditReport.Result;
import io.weir.server.audit.Divergence.Kind;
import io.weir.server.log.LogRecord;
import io.weir.server.score.Scorer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Audits of what engines decided on the real broker: two side by side, one of them stopped and begun anew meanwhile. */
class AuditTest {
    private static final long SEED = Long.getLong("weir.seed", 20_261_122L);

    private static final List<AuditReport> meanwhile = new ArrayList<>();
    private static volatile boolean decided;
    private static AuditFixture fixture;
    private static Map<Integer, List<LogRecord>> original;

    @BeforeAll
    static void decide() throws Exception {
        fixture = new AuditFixture(SEED);
        Thread auditing = Thread.ofPlatform().start(() -> {
            while (!decided) {
                meanwhile.add(fixture.verify(AuditFilter.ALL));
            }
        });
        Scorer one = fixture.engine("audit-one");
        fixture.submit(120);
        fixture.engine("audit-two");
        fixture.submit(150);
        one.close();
        fixture.submit(60);
        fixture.engine("audit-one");
        fixture.submit(150);
        fixture.awaitDecisions();
        decided = true;
        auditing.join();
        fixture.stopEngines();
        original = fixture.decisions();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void auditsWhileTheEnginesWorkFindNothingWrong() {
        assertThat(meanwhile).isNotEmpty().allSatisfy(report -> {
            assertThat(report.reported()).as("seed %d", SEED).isEmpty();
            assertThat(report.result()).isEqualTo(Result.VERIFIED);
        });
        assertThat(meanwhile.getLast().verified()).isPositive();
    }

    @Test
    void everyDecisionIsRecomputedByteForByte() throws Exception {
        restore();
        AuditReport report = fixture.verify(AuditFilter.ALL);
        assertThat(report.reported()).as("seed %d", SEED).isEmpty();
        assertThat(report.notVerifiable()).as("seed %d", SEED).isEmpty();
        assertThat(report.verified()).isEqualTo(fixture.submitted.size());
        assertThat(report.result()).isEqualTo(Result.VERIFIED);
        assertThat(report.chain().anchored()).isEqualTo(AuditFixture.PARTITIONS);
        assertThat(report.alerts()).isPositive();
    }

    @Test
    void onlyWhatTheFilterLetsThroughIsCounted() throws Exception {
        restore();
        long ofPartition = original.get(1).size();
        AuditReport partition = fixture.verify(new AuditFilter(null, null, 1, null));
        assertThat(partition.verified()).isEqualTo(ofPartition);
        assertThat(partition.result()).isEqualTo(Result.VERIFIED);

        String account = fixture.submitted.getFirst().accountId();
        AuditReport ofAccount = fixture.verify(new AuditFilter(null, null, null, account));
        assertThat(ofAccount.verified())
                .isEqualTo(fixture.submitted.stream()
                        .filter(submitted -> submitted.accountId().equals(account))
                        .count());
    }

    @Test
    void anAlteredByteIsFoundAndTheFieldNamed() throws Exception {
        int index = original.get(0).size() / 2;
        LogRecord victim = original.get(0).get(index);
        TransactionDecided decision = decoded(victim);
        fixture.rewrite(original, copy -> copy.get(0).set(index, altered(victim)));

        AuditReport report = fixture.verify(AuditFilter.ALL);
        assertThat(report.result()).isEqualTo(Result.DIVERGENT);
        assertThat(report.verified()).isEqualTo(fixture.submitted.size() - 1L);
        Divergence found = only(report, Kind.ALTERED);
        assertThat(found.offset())
                .isEqualTo(fixture.decisions().get(0).get(index).offset());
        assertThat(found.transactionId()).isEqualTo(decision.transactionId());
        assertThat(found.differences()).extracting(Divergence.Difference::field).containsExactly("model");
        assertThat(only(report, Kind.CHAIN_BROKEN).partition()).isZero();
    }

    @Test
    void aRemovedDecisionIsMissed() throws Exception {
        int index = original.get(1).size() / 3;
        TransactionDecided gone = decoded(original.get(1).get(index));
        fixture.rewrite(original, copy -> copy.get(1).remove(index));

        AuditReport report = fixture.verify(AuditFilter.ALL);
        assertThat(only(report, Kind.MISSING).transactionId()).isEqualTo(gone.transactionId());
        assertThat(only(report, Kind.MISSING).sourceOffset()).isEqualTo(gone.sourceOffset());
        assertThat(only(report, Kind.CHAIN_BROKEN).partition()).isEqualTo(1);
    }

    @Test
    void theNewestDecisionsCannotBeCutOff() throws Exception {
        TransactionDecided gone = decoded(original.get(2).getLast());
        fixture.rewrite(original, copy -> copy.get(2).removeLast());

        AuditReport report = fixture.verify(AuditFilter.ALL);
        assertThat(only(report, Kind.MISSING).transactionId()).isEqualTo(gone.transactionId());
        assertThat(only(report, Kind.CHAIN_BROKEN).partition()).isEqualTo(2);
    }

    @Test
    void anInsertedDecisionIsFound() throws Exception {
        int index = original.get(0).size() / 2;
        LogRecord copied = original.get(0).get(3);
        fixture.rewrite(original, copy -> copy.get(0).add(index, with(copied, copied.value(), Map.of())));

        AuditReport report = fixture.verify(AuditFilter.ALL);
        assertThat(report.verified()).isEqualTo(fixture.submitted.size());
        assertThat(only(report, Kind.UNEXPECTED).offset())
                .isEqualTo(fixture.decisions().get(0).get(index).offset());
        assertThat(only(report, Kind.CHAIN_BROKEN).partition()).isZero();
    }

    @Test
    void anInsertedBatchUnderAForgedHeaderIsFound() throws Exception {
        List<LogRecord> records = original.get(0);
        int second = 1;
        while (!records.get(second).headers().containsKey(Provenance.HEADER)) {
            second++;
        }
        int at = second;
        // Made by someone who knows how: it links to the batch before it, under a vector that is possible there.
        Map<String, String> headers = new HashMap<>(records.get(at).headers());
        LogRecord forged = with(records.get(at), altered(records.get(at)).value(), headers);
        fixture.rewrite(original, copy -> copy.get(0).add(at, forged));

        AuditReport report = fixture.verify(AuditFilter.ALL);
        assertThat(report.verified()).isEqualTo(fixture.submitted.size());
        assertThat(only(report, Kind.UNEXPECTED).offset()).isEqualTo((long) at);
        assertThat(only(report, Kind.CHAIN_BROKEN).offset()).isEqualTo((long) at);
        assertThat(headers).containsKey(DecisionChain.HEADER);
    }

    private static void restore() throws Exception {
        fixture.rewrite(original, copy -> {});
    }

    private static Divergence only(AuditReport report, Kind kind) {
        List<Divergence> found = report.reported().stream()
                .filter(divergence -> divergence.kind() == kind)
                .toList();
        assertThat(found).as("%s in %s", kind, report.json().encodePrettily()).hasSize(1);
        return found.getFirst();
    }

    private static TransactionDecided decoded(LogRecord record) {
        return (TransactionDecided) new EventReader(fixture.log.schemas()).read(record.value());
    }

    /** With one bit of the model's last contribution the other way round: behind it stand the ends of two arrays. */
    private static LogRecord altered(LogRecord record) {
        byte[] value = record.value().clone();
        value[value.length - 4] ^= 2;
        return with(record, value, record.headers());
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
}
