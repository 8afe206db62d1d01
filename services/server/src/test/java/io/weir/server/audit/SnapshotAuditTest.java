package io.weir.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.events.AccountSnapshot;
import io.weir.events.EventReader;
import io.weir.events.SweepCompleted;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.server.audit.AuditReport.Result;
import io.weir.server.log.LogRecord;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots held against the log; and the log, where its beginning has been deleted, held against what is left. */
class SnapshotAuditTest {
    private static final long SEED = Long.getLong("weir.seed", 11);

    private AuditFixture fixture;

    @BeforeEach
    void decide() throws Exception {
        fixture = new AuditFixture(SEED);
        fixture.engine("sweeping", Duration.ofMillis(300));
        fixture.submit(250);
        fixture.awaitDecisions();
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(this::sweptEverything);
        fixture.stopEngines();
        fixture.engine("sweeping"); // no more: what follows is in no snapshot
        fixture.submit(100);
        fixture.awaitDecisions();
        fixture.stopEngines();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void theRebuiltStateIsThatOfTheSnapshots() throws Exception {
        RebuildReport report = rebuild();
        assertThat(report.differences()).as("seed %d", SEED).isEmpty();
        assertThat(report.same()).isTrue();
        assertThat(report.swept()).isTrue();
        assertThat(report.accounts().equal()).isEqualTo(20);
        assertThat(report.entities().equal()).isEqualTo(5);
        assertThat(report.rebuiltAccounts()).isEqualTo(20);

        AccountSnapshot snapshot = snapshots().get("a3");
        byte[] state = snapshot.state().clone();
        state[state.length - 1] ^= 1;
        fixture.log.append(
                Topics.ACCOUNT_PROFILES,
                AccountSnapshot.of("a3", snapshot.partition(), snapshot.position(), snapshot.formatVersion(), state));
        fixture.log.appendRaw(Topics.ACCOUNT_PROFILES, null, "a4", null);
        RebuildReport tampered = rebuild();
        assertThat(tampered.same()).isFalse();
        assertThat(tampered.accounts().different()).isEqualTo(1);
        assertThat(tampered.accounts().missing()).isEqualTo(1);
        assertThat(tampered.differences())
                .extracting(RebuildReport.Difference::key)
                .containsExactly("a3", "a4");
    }

    @Test
    void whereTheBeginningIsDeletedTheRestIsVerifiedFromTheSnapshots() throws Exception {
        Map<TopicPartition, RecordsToDelete> deleted = new HashMap<>();
        long[] positions = sweep().positions();
        for (int partition = 0; partition < positions.length; partition++) {
            deleted.put(
                    new TopicPartition(Topics.TRANSACTIONS.topicName(), partition),
                    RecordsToDelete.beforeOffset(positions[partition] / 2));
        }
        try (Admin admin = fixture.log.admin()) {
            admin.deleteRecords(deleted).all().get();
        }
        AuditReport report = fixture.verify(AuditFilter.ALL);
        assertThat(report.reported()).as("seed %d", SEED).isEmpty();
        assertThat(report.result()).isEqualTo(Result.INCOMPLETE);
        assertThat(report.verified()).isGreaterThan(50);
        assertThat(report.verified() + report.notVerifiableTotal()).isEqualTo(fixture.submitted.size());
        assertThat(report.notVerifiable().keySet()).allMatch(reason -> reason.startsWith("before retention"));

        List<LogRecord> last = fixture.decisions().get(0);
        TransactionDecided newest = (TransactionDecided)
                new EventReader(fixture.log.schemas()).read(last.getLast().value());
        Explanation explanation =
                fixture.auditor().explain(newest.transactionId(), newest.accountId(), 20, new AuditProgress());
        assertThat(explanation.identical()).as(ExplanationText.of(explanation)).isTrue();
        assertThatThrownBy(this::rebuild).isInstanceOf(AuditException.class).hasMessageContaining("retention");
    }

    private RebuildReport rebuild() {
        return Objects.requireNonNull(fixture.auditor().rebuild(new AuditProgress(), () -> false));
    }

    private boolean sweptEverything() {
        SweepCompleted sweep = sweep();
        // Each record and each transaction's marker takes an offset.
        return sweep != null && Arrays.stream(sweep.positions()).sum() >= 250;
    }

    private SweepCompleted sweep() {
        return fixture.log.read(Topics.ENTITY_PROFILES, all -> true).stream()
                .filter(record ->
                        new String(record.key(), java.nio.charset.StandardCharsets.UTF_8).equals(SweepCompleted.KEY))
                .map(record -> (SweepCompleted) fixture.log.event(record))
                .reduce((older, newer) -> newer)
                .orElse(null);
    }

    private Map<String, AccountSnapshot> snapshots() {
        Map<String, AccountSnapshot> latest = new HashMap<>();
        fixture.log.read(Topics.ACCOUNT_PROFILES, all -> all.size() >= 20).forEach(record -> {
            if (fixture.log.event(record) instanceof AccountSnapshot snapshot) {
                latest.put(snapshot.accountId(), snapshot);
            }
        });
        return latest;
    }
}
