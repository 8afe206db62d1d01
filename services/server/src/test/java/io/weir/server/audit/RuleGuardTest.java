package io.weir.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.events.Decision;
import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.RuleShadowed;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import io.weir.server.audit.AuditReport.Result;
import io.weir.server.guard.BreakerSettings;
import io.weir.server.guard.RuleGuard;
import io.weir.server.log.ControlLog;
import io.weir.server.log.LogFeed;
import io.weir.server.log.LogRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A rule that suddenly fires far more often is put in shadow, and audits decide with it as the engines did. */
class RuleGuardTest {
    private static final long SEED = Long.getLong("weir.seed", 20_261_122L);
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final int BATCH = 20;
    private static final String POLICY = """
            id: guarded
            features:
              - {name: amount, expression: transaction.amountMinor}
            rules:
              - {code: LARGE, when: amount > 20000.0, weight: 50, reason: Large}
              - {code: NOTED, when: amount > 20000.0, weight: 0, reason: Noted}
            thresholds: {review: 40, decline: 80}
            """;

    /** As an instance with views has one. */
    private final class Guard implements AutoCloseable {
        private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        private final RuleGuard guard;
        private final LogFeed feed;

        Guard(AuditFixture fixture) {
            guard = new RuleGuard(
                    new ControlLog(fixture.log.cluster(), fixture.log.schemas()),
                    AuditFixture::compile,
                    new BreakerSettings(true, 100, Duration.ofDays(1), 300, 5, 1e-9),
                    () -> AuditFixture.NOON_MS,
                    metrics);
            AtomicReference<LogFeed> itself = new AtomicReference<>();
            feed = new LogFeed(
                    fixture.log.cluster(),
                    "test-guard",
                    Set.of(Topics.DECISIONS, Topics.CONTROL),
                    fixture.log.schemas(),
                    Duration.ofSeconds(30),
                    entry -> guard.fold(entry, itself.get().caughtUp()));
            itself.set(feed);
            feed.start();
            Awaitility.await().atMost(SOON).until(feed::caughtUp);
        }

        long seen(Sha256 policy) {
            var rate = guard.rate(policy, "LARGE");
            return rate == null ? 0 : rate.decisions();
        }

        double trips() {
            Counter trips =
                    metrics.find("weir.rule.breaker.trips").tag("rule", "LARGE").counter();
            return trips == null ? 0 : trips.count();
        }

        double shadowed() {
            return metrics.get("weir.rules.shadowed").gauge().value();
        }

        @Override
        public void close() {
            feed.close();
            guard.close();
        }
    }

    private static void submit(AuditFixture fixture, int count, int largeEvery) {
        List<Event> events = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            int n = fixture.submitted.size();
            TransactionSubmitted transaction = new TransactionSubmitted(
                    "t" + n,
                    "a" + fixture.random.nextInt(20),
                    AuditFixture.NOON_MS + n,
                    AuditFixture.NOON_MS + n,
                    i % largeEvery == 0 ? 30_000 : 1_000,
                    "EUR",
                    "s",
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
            fixture.submitted.add(transaction);
            events.add(transaction);
        }
        fixture.log.commit(events);
    }

    @Test
    void aRuleThatJumpsIsInShadowFromAPositionOnAndTheAuditAgrees() throws Exception {
        try (AuditFixture fixture = new AuditFixture(SEED)) {
            fixture.publish(POLICY);
            Sha256 policy = AuditFixture.compile(POLICY).sha256();
            ControlLog control = new ControlLog(fixture.log.cluster(), fixture.log.schemas());
            fixture.engine("guarded");
            try (Guard one = new Guard(fixture);
                    Guard two = new Guard(fixture)) {
                submit(fixture, 500, 100);
                Awaitility.await().atMost(SOON).until(() -> one.seen(policy) == 500 && two.seen(policy) == 500);
                assertThat(changes(control)).isEmpty();

                for (int i = 0; i < 100 && changes(control).isEmpty(); i++) {
                    submit(fixture, BATCH, 1);
                    Awaitility.await()
                            .atMost(SOON)
                            .until(() -> one.seen(policy) == fixture.submitted.size()
                                    && two.seen(policy) == fixture.submitted.size());
                }
                List<RuleShadowed> changes = changes(control);
                assertThat(changes).isNotEmpty();
                RuleShadowed change = changes.getFirst();
                assertThat(change.ruleCode()).isEqualTo("LARGE");
                assertThat(change.policySha256()).isEqualTo(policy);
                assertThat(change.shadow()).isTrue();
                assertThat(change.changedBy()).isEqualTo(RuleGuard.NAME);
                assertThat(change.reason()).contains("of the last decisions, before in");

                do {
                    submit(fixture, BATCH, 1);
                    fixture.awaitDecisions();
                } while (decisions(fixture).stream().allMatch(of -> of.stream()
                        .allMatch(decided -> decided.shadowRules().isEmpty())));
                // No more than one event of each guard, however often the rule fires.
                assertThat(changes(control)).hasSizeBetween(1, 2).allMatch(each -> each.ruleCode()
                        .equals("LARGE"));
                Awaitility.await()
                        .atMost(SOON)
                        .until(() ->
                                one.trips() + two.trips() == changes(control).size());
                Awaitility.await().atMost(SOON).until(() -> one.shadowed() == 1 && two.shadowed() == 1);
            }
            fixture.stopEngines();
            for (List<TransactionDecided> ofPartition : decisions(fixture)) {
                boolean inShadow = false;
                for (TransactionDecided decided : ofPartition) {
                    if (decided.amountMinor() > 20_000) {
                        inShadow |= decided.shadowRules().contains("LARGE");
                        assertThat(decided.shadowRules().contains("LARGE"))
                                .as("from a position on: %s", decided)
                                .isEqualTo(inShadow);
                        assertThat(decided.decision()).isEqualTo(inShadow ? Decision.APPROVE : Decision.REVIEW);
                    }
                }
            }
            AuditReport report = fixture.verify(AuditFilter.ALL);
            assertThat(report.reported()).as("seed %d", SEED).isEmpty();
            assertThat(report.verified()).isEqualTo(fixture.submitted.size());
            assertThat(report.result()).isEqualTo(Result.VERIFIED);
        }
    }

    private static List<RuleShadowed> changes(ControlLog control) {
        return control.readAll().stream()
                .map(ControlLog.Entry::event)
                .filter(RuleShadowed.class::isInstance)
                .map(RuleShadowed.class::cast)
                .toList();
    }

    /** By partition, in order. */
    private static List<List<TransactionDecided>> decisions(AuditFixture fixture) {
        EventReader reader = new EventReader(fixture.log.schemas());
        List<List<TransactionDecided>> decisions = new ArrayList<>();
        for (List<LogRecord> records : fixture.decisions().values()) {
            decisions.add(records.stream()
                    .map(record -> (TransactionDecided) reader.read(record.value()))
                    .toList());
        }
        return decisions;
    }
}
