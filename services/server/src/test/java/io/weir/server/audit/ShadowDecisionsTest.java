package io.weir.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.core.policy.Policy;
import io.weir.events.PolicyPublished;
import io.weir.events.PolicyShadowed;
import io.weir.events.Provenance;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.server.audit.ChainCheck.Break;
import io.weir.server.log.KafkaSettings;
import io.weir.server.log.LogHistory;
import io.weir.server.log.LogRecord;
import io.weir.server.score.RecordDecoder;
import io.weir.server.score.ShadowScorer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Policies in shadow beside engines on the real broker. */
class ShadowDecisionsTest {
    private static final long SEED = Long.getLong("weir.seed", 11);

    private final List<ShadowScorer> shadows = new ArrayList<>();
    private AuditFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = new AuditFixture(SEED);
        fixture.engine("live");
    }

    @AfterEach
    void stop() {
        shadows.forEach(ShadowScorer::close);
        fixture.close();
    }

    /** Reads its account alone, so that it decides the same however partitions interleave. */
    private static String challenger(int reviewAt) {
        return """
                id: challenger
                features:
                  - name: amount
                    expression: transaction.amountMinor
                  - name: count_1d
                    aggregate: {entity: account, function: count, window: 1d}
                  - name: large_7d
                    aggregate: {entity: account, function: sum, window: 7d, filter: amount > 20000.0}
                  - name: fraud_7d
                    aggregate: {entity: account, function: fraud_count, window: 7d}
                rules:
                  - {code: LARGE, when: amount > 25000.0, weight: 50, reason: Large}
                  - {code: AGAIN, when: large_7d > amount + 1000.0, weight: 30, reason: Large amounts}
                  - {code: FRAUD, when: fraud_7d >= 1.0, weight: 20, reason: Fraud before}
                thresholds: {review: %d, decline: 80}
                """.formatted(reviewAt);
    }

    private ShadowScorer shadow(String name) {
        ShadowScorer shadow = new ShadowScorer(
                fixture.log.cluster(), name, fixture.log.schemas(), AuditFixture::compile, new SimpleMeterRegistry());
        shadows.add(shadow);
        shadow.start();
        return shadow;
    }

    private Policy publish(String document) {
        Policy policy = AuditFixture.compile(document);
        fixture.log.commit(new PolicyPublished(policy.id(), policy.sha256(), document, AuditFixture.NOON_MS, "ann"));
        return policy;
    }

    private void shadow(Policy policy, boolean shadow) {
        fixture.log.commit(new PolicyShadowed(policy.id(), policy.sha256(), shadow, AuditFixture.NOON_MS, "ann"));
    }

    private static void awaitDeciding(ShadowScorer shadow) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> !shadow.isIdle() && shadow.notReadyBecause() == null);
    }

    private static void awaitIdle(ShadowScorer shadow) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(shadow::isIdle);
    }

    private List<ConsumerRecord<byte[], byte[]>> shadowRecords(int count) {
        return fixture.log.read(Topics.SHADOW_DECISIONS, all -> all.size() >= count);
    }

    private List<TransactionDecided> shadowDecisions(int count) {
        return shadowRecords(count).stream()
                .map(record -> (TransactionDecided) fixture.log.event(record))
                .toList();
    }

    private static List<String> ids(Collection<TransactionDecided> decisions, Policy policy) {
        return decisions.stream()
                .filter(decision -> decision.policySha256().equals(policy.sha256()))
                .map(TransactionDecided::transactionId)
                .toList();
    }

    private List<String> submitted(int from) {
        return fixture.submitted.subList(from, fixture.submitted.size()).stream()
                .map(transaction -> transaction.transactionId())
                .toList();
    }

    /** By transaction, what a policy decides on the states that decisions were made on. */
    private Map<String, TransactionDecided> backtest(Policy policy) {
        Map<String, TransactionDecided> decided = new TreeMap<>();
        try (LogHistory history = new LogHistory(
                fixture.log.cluster(),
                "test",
                Set.of(Topics.TRANSACTIONS, Topics.DECISIONS, Topics.CONTROL),
                Map.of())) {
            PolicyTimeline policies =
                    PolicyTimeline.read(history, new RecordDecoder(fixture.log.schemas()), AuditFixture::compile);
            Walk.Start start = Walk.Start.ofLog(history, policies.decidedAnd(policy));
            Visitor visitor = new Scoring(policy, decided);
            assertThat(new Walk(history, fixture.log.schemas(), policies, AuditFilter.ALL, start, visitor)
                            .run(() -> false))
                    .isTrue();
        }
        return decided;
    }

    private record Scoring(Policy policy, Map<String, TransactionDecided> decided) implements Visitor {
        @Override
        public void decided(Redecided again) {
            TransactionDecided other = again.machine()
                    .score(
                            policy,
                            again.transaction(),
                            again.partition(),
                            again.source().offset())
                    .decision();
            decided.put(other.transactionId(), other);
        }

        @Override
        public void read(int partition, Tape.Entry entry) {}

        @Override
        public void unexpected(int partition, LogRecord recorded, String why) {
            throw new AssertionError(why);
        }

        @Override
        public void notVerifiable(int partition, LogRecord recorded, String reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void broken(Break found) {
            throw new AssertionError(found.toString());
        }
    }

    @Test
    void aPolicyInShadowDecidesWhatABacktestOfItDecidesAndTheLiveDecisionsStayAsTheyAre() throws Exception {
        ShadowScorer shadow = shadow("shadow");
        awaitIdle(shadow);
        Policy one = publish(challenger(40));
        Policy two = publish(challenger(60));
        shadow(one, true);
        shadow(two, true);
        awaitDeciding(shadow);
        fixture.submit(300);
        fixture.awaitDecisions();
        List<TransactionDecided> decisions = shadowDecisions(600);
        for (Policy policy : List.of(one, two)) {
            Map<String, TransactionDecided> expected = backtest(policy);
            Map<String, TransactionDecided> found = new TreeMap<>();
            decisions.stream()
                    .filter(decision -> decision.policySha256().equals(policy.sha256()))
                    .forEach(decision -> assertThat(found.put(decision.transactionId(), decision))
                            .as("seed %d: %s a second time", SEED, decision)
                            .isNull());
            assertThat(found).as("seed %d", SEED).isEqualTo(expected);
        }
        assertThat(decisions).hasSize(600);

        AuditReport live = fixture.verify(AuditFilter.ALL);
        assertThat(live.verified()).isEqualTo(300);
        assertThat(live.divergent()).isEmpty();
        assertThat(fixture.committed().keySet()).isNotEmpty();
        try (Admin admin = fixture.log.admin()) {
            assertThat(admin.listConsumerGroupOffsets(KafkaSettings.SHADOW_GROUP)
                            .partitionsToOffsetAndMetadata()
                            .get())
                    .hasSize(AuditFixture.PARTITIONS);
        }

        Comparison comparison = new Comparer(fixture.log.cluster(), fixture.log.schemas())
                .compare(List.of(), AuditFilter.ALL, new AuditProgress());
        assertThat(comparison.compared()).isEqualTo(300);
        assertThat(comparison.sides())
                .extracting(Comparison.Side::policySha256)
                .containsExactly(null, one.sha256().hex(), two.sha256().hex());
        BacktestReport backtest = fixture.auditor().backtest(one, AuditFilter.ALL, new AuditProgress(), () -> false);
        assertThat(comparison.sides().get(1).flips()).isEqualTo(backtest.flipped());
        assertThat(comparison.sides().get(1).labelled().json())
                .isEqualTo(backtest.other().json());
        assertThat(comparison.sides().getFirst().labelled().json())
                .isEqualTo(backtest.recorded().json());
        assertThat(comparison.frauds()).hasSameSizeAs(comparison.sides().get(2).scores());
    }

    @Test
    void outOfShadowItDecidesNoMoreFromItsPositionOnAndBackInShadowNothingOfTheTimeBetween() throws Exception {
        ShadowScorer shadow = shadow("shadow");
        Policy one = publish(challenger(40));
        Policy two = publish(challenger(60));
        shadow(one, true);
        shadow(two, true);
        awaitDeciding(shadow);
        fixture.submit(100);
        shadowDecisions(200);
        shadow(one, false);
        fixture.submit(100);
        fixture.awaitDecisions();
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> ids(shadowDecisions(300), two).size() == 200);
        long end = endOfShadow(one);
        String[] provenance = new String[AuditFixture.PARTITIONS];
        for (ConsumerRecord<byte[], byte[]> record : shadowRecords(300)) {
            var header = record.headers().lastHeader(Provenance.HEADER);
            if (header != null) {
                provenance[record.partition()] = new String(header.value(), StandardCharsets.UTF_8);
            }
            long control = Provenance.parse(provenance[record.partition()])
                    .ranges()
                    .getFirst()
                    .to();
            TransactionDecided decision = (TransactionDecided) fixture.log.event(record);
            if (decision.policySha256().equals(one.sha256())) {
                assertThat(control).isLessThanOrEqualTo(end);
            }
        }

        shadow(two, false);
        awaitIdle(shadow);
        fixture.submit(100);
        fixture.awaitDecisions();
        int before = fixture.submitted.size();
        awaitCommitted();
        shadow(two, true);
        awaitDeciding(shadow);
        fixture.submit(50);
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> ids(shadowDecisions(300), two)
                .containsAll(submitted(before)));
        List<String> all = ids(shadowDecisions(300), two);
        assertThat(all)
                .doesNotHaveDuplicates()
                .hasSize(250)
                .doesNotContainAnyElementsOf(submitted(200).subList(0, 100));
    }

    @Test
    void aRestartGoesOnWhereItWasAndASecondInstanceSharesThePartitions() throws Exception {
        Policy one = publish(challenger(40));
        shadow(one, true);
        ShadowScorer first = shadow("one");
        awaitDeciding(first);
        fixture.submit(100);
        first.close();
        fixture.submit(100); // decided live while nobody decides in shadow
        fixture.awaitDecisions();
        awaitDeciding(shadow("one"));
        fixture.submit(50);
        shadow("two");
        fixture.submit(150);
        List<String> decided = ids(shadowDecisions(400), one);
        assertThat(decided).hasSize(400);
        assertThat(Set.copyOf(decided)).isEqualTo(Set.copyOf(submitted(0)));
        fixture.awaitDecisions(); // a backtest is over what was decided live
        Map<String, TransactionDecided> expected = backtest(one);
        assertThat(shadowDecisions(400).stream()
                        .collect(Collectors.toMap(TransactionDecided::transactionId, decision -> decision)))
                .isEqualTo(expected);
    }

    @Test
    void withoutAnythingInShadowThereIsNothingToCompare() throws Exception {
        assertThatThrownBy(() -> new Comparer(fixture.log.cluster(), fixture.log.schemas())
                        .compare(List.of(), AuditFilter.ALL, new AuditProgress()))
                .isInstanceOf(AuditException.class)
                .hasMessageContaining("nothing was decided in shadow");
    }

    /** Until the deciding group has committed everything that there is. */
    private void awaitCommitted() {
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
            Map<String, Long> ends = fixture.ends();
            return fixture.committed().entrySet().stream()
                    .allMatch(position -> position.getValue().offset()
                            >= lastRecord(ends.getOrDefault(position.getKey().toString(), 0L)));
        });
    }

    /** What lies at the end is the marker of a transaction. */
    private static long lastRecord(long end) {
        return end - 1;
    }

    private long endOfShadow(Policy policy) {
        return fixture.log.read(Topics.CONTROL, all -> all.size() >= 7).stream()
                .filter(record -> fixture.log.event(record) instanceof PolicyShadowed change
                        && !change.shadow()
                        && change.policySha256().equals(policy.sha256()))
                .mapToLong(ConsumerRecord::offset)
                .findFirst()
                .orElseThrow();
    }
}
