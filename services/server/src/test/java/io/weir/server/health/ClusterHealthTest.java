package io.weir.server.health;

import static io.weir.server.health.Samples.TRANSACTIONS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.json.JsonObject;
import io.weir.events.Topics;
import io.weir.server.health.GroupLag.PartitionLag;
import io.weir.server.health.Rate.Trend;
import io.weir.server.log.KafkaSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is made of two looks at a cluster. */
class ClusterHealthTest {
    private static final String SCORER = KafkaSettings.SCORER_GROUP;
    private static final String SHADOW = KafkaSettings.SHADOW_GROUP;
    private static final String DEAD_LETTERS = Topics.DEAD_LETTERS.topicName();

    @Test
    void lagIsWhatLiesBetweenThePositionAndTheEndAndWithoutAPositionTheWholePartition() {
        ClusterHealth health = new Samples()
                .log(TRANSACTIONS, 0, 0, 100, 100)
                .log(TRANSACTIONS, 1, 40, 100, 90)
                .group(SCORER, 1, TRANSACTIONS, 70)
                .health();

        GroupLag lag = health.lags().getFirst();
        assertThat(lag.partitions()).extracting(PartitionLag::lag).containsExactly(30L, 60L);
        assertThat(lag.partitions()).extracting(PartitionLag::held).containsExactly(0L, 10L);
        assertThat(lag.lag()).isEqualTo(90);
        assertThat(lag.catchUpSeconds()).isNaN();
        assertThat(health.level()).isEqualTo(Level.OK);
    }

    @Test
    void aGroupThatHasNeverReadIsBehindByTheWholeLog() {
        ClusterHealth health = new Samples()
                .log(TRANSACTIONS, 0, 0, 60_000, 60_000)
                .group(SCORER, 0, TRANSACTIONS)
                .health();

        assertThat(health.lags().getFirst().lag()).isEqualTo(60_000);
        assertThat(health.findings())
                .containsExactly(new Finding(
                        Level.WARNING,
                        "weir-scorer is 60,000 records behind on " + TRANSACTIONS
                                + " (warning at 50,000) and has no members"));
    }

    @Test
    void theLevelsOfLagAreThoseThatAreGiven() {
        Samples samples = new Samples().log(TRANSACTIONS, 0, 0, 100, 100).group(SCORER, 1, TRANSACTIONS, 0);
        assertThat(level(samples, 101, 102)).isEqualTo(Level.OK);
        assertThat(level(samples, 100, 101)).isEqualTo(Level.WARNING);
        assertThat(level(samples, 99, 100)).isEqualTo(Level.CRITICAL);
        assertThatThrownBy(() -> HealthThresholds.ofLag(100, 99)).hasMessageContaining("--lag-critical 99");
    }

    private static Level level(Samples samples, long warning, long critical) {
        return ClusterHealth.of(null, samples.sample(), HealthThresholds.ofLag(warning, critical))
                .level();
    }

    @Test
    void ratesAreThoseBetweenTwoLooksAndTheSlowestPartitionDecidesWhenAGroupHasCaughtUp() {
        Samples earlier = new Samples()
                .at(1_000)
                .log(TRANSACTIONS, 0, 0, 1_000, 1_000)
                .log(TRANSACTIONS, 1, 0, 1_000, 1_000)
                .group(SCORER, 2, TRANSACTIONS, 0, 0);
        ClusterHealth health = new Samples()
                .at(1_010)
                .log(TRANSACTIONS, 0, 0, 2_000, 2_000)
                .log(TRANSACTIONS, 1, 0, 2_000, 2_000)
                .group(SCORER, 2, TRANSACTIONS, 1_500, 1_200)
                .healthSince(earlier);

        GroupLag lag = health.lags().getFirst();
        assertThat(lag.rate().produced()).isEqualTo(200, within(0.01));
        assertThat(lag.rate().consumed()).isEqualTo(270, within(0.01));
        assertThat(lag.rate().trend()).isEqualTo(Trend.FALLING);
        assertThat(lag.partitions().get(0).catchUpSeconds()).isEqualTo(10, within(0.01));
        assertThat(lag.catchUpSeconds()).isEqualTo(40, within(0.01));
    }

    @Test
    void recordsThatRetentionDeletedUnreadAreLostAndNotLag() {
        ClusterHealth health = new Samples()
                .log(TRANSACTIONS, 0, 500, 600, 600)
                .group(SCORER, 1, TRANSACTIONS, 200)
                .health();

        assertThat(health.lags().getFirst().lag()).isEqualTo(100);
        assertThat(health.level()).isEqualTo(Level.CRITICAL);
        assertThat(health.findings().getFirst().text()).contains("had not read 300 records");
    }

    @Test
    void theGroupInShadowIsIdleWithoutMembersAndItsOldPositionNoLag() {
        ClusterHealth health = new Samples()
                .log(TRANSACTIONS, 0, 0, 900_000, 900_000)
                .group(SCORER, 1, TRANSACTIONS, 900_000)
                .group(SHADOW, 0, TRANSACTIONS, 5)
                .health();

        assertThat(health.lags()).extracting(GroupLag::idle).containsExactly(false, true);
        assertThat(health.level()).isEqualTo(Level.OK);
    }

    @Test
    void missingCopiesAreAWarningAndTooFewOfThemOrNoLeaderCritical() {
        ClusterHealth health = new Samples()
                .brokers(1, 2, 3)
                .copies("t", 0, 1, List.of(1, 2, 3), List.of(1, 2, 3), 2)
                .copies("t", 1, 2, List.of(2, 3, 1), List.of(2, 1), 2)
                .copies("u", 0, 1, List.of(1, 2, 3), List.of(1), 2)
                .copies("v", 0, -1, List.of(2), List.of(2), 1)
                .health();

        assertThat(health.topics())
                .containsExactly(
                        new TopicReplicas("t", 2, List.of(), List.of(), List.of(1)),
                        new TopicReplicas("u", 1, List.of(), List.of(0), List.of(0)),
                        new TopicReplicas("v", 1, List.of(0), List.of(), List.of()));
        assertThat(health.topics())
                .extracting(TopicReplicas::level)
                .containsExactly(Level.WARNING, Level.CRITICAL, Level.CRITICAL);
        assertThat(health.findings()).extracting(Finding::level).first().isEqualTo(Level.CRITICAL);
    }

    @Test
    void leadersThatAreNotSpreadAreASkew() {
        Samples samples = new Samples().brokers(1, 2, 3);
        for (int partition = 0; partition < 9; partition++) {
            int leader = partition < 7 ? 1 : 2;
            int preferred = partition % 3 + 1;
            samples.copies("t", partition, leader, List.of(preferred, 1, 2), List.of(1, 2, 3), 2);
        }
        ClusterHealth health = samples.health();

        assertThat(health.leaders()).extracting(BrokerLeaders::leaders).containsExactly(7, 2, 0);
        assertThat(health.leaders()).extracting(BrokerLeaders::notPreferred).containsExactly(0, 2, 3);
        assertThat(health.leaders().getFirst().ratio()).isEqualTo(7 / 3.0, within(1e-9));
        assertThat(health.findings())
                .extracting(Finding::text)
                .anyMatch(text -> text.startsWith("broker 1 leads 7 partitions, 2.3 times"));
    }

    @Test
    void threePartitionsOnOneBrokerOfTwoAreNoSkewYet() {
        ClusterHealth health = new Samples()
                .brokers(1, 2)
                .copies("t", 0, 1, List.of(1), List.of(1), 1)
                .copies("t", 1, 1, List.of(1), List.of(1), 1)
                .health();
        assertThat(health.level()).isEqualTo(Level.OK);
    }

    @Test
    void aPartitionMuchLargerThanTheMedianIsASkewOnceItsSizeMatters() {
        assertThat(sizes(1).level()).isEqualTo(Level.OK);
        ClusterHealth large = sizes(1 << 20);
        assertThat(large.skews().getFirst().bytes()).satisfies(bytes -> {
            assertThat(bytes.largestPartition()).isEqualTo(2);
            assertThat(bytes.ratio()).isEqualTo(4);
        });
        assertThat(large.skews().getFirst().records().ratio()).isEqualTo(5);
        assertThat(large.findings().getFirst().text()).contains("partition 2 is 4.0 times as large");
    }

    private static ClusterHealth sizes(long unit) {
        return new Samples()
                .size("t", 0, 9 * unit, 10_000)
                .size("t", 1, 10 * unit, 10_000)
                .size("t", 2, 40 * unit, 50_000)
                .size("t", 3, 11 * unit, 10_000)
                .health();
    }

    @Test
    void anOpenTransactionIsAWarningAfterItsTimeoutAndThenCritical() {
        assertThat(new Samples().open("weir-1-0-a", 9_999).health().level()).isEqualTo(Level.OK);
        assertThat(new Samples().open("weir-1-0-a", 10_000).health().level()).isEqualTo(Level.WARNING);
        ClusterHealth health =
                new Samples().open("weir-1-0-a", 5).open("weir-2-0-b", 30_000).health();
        assertThat(health.level()).isEqualTo(Level.CRITICAL);
        assertThat(health.oldestTransactionMs()).isEqualTo(30_000);
        assertThat(health.findings().getFirst().text()).contains("weir-2-0-b has been open for 30 s");
    }

    @Test
    void deadLettersAreCountedByOffsets() {
        Samples earlier =
                new Samples().at(1_000).log(DEAD_LETTERS, 0, 10, 20, 20).log(DEAD_LETTERS, 1, 0, 5, 5);
        ClusterHealth health = new Samples()
                .at(1_010)
                .log(DEAD_LETTERS, 0, 10, 50, 50)
                .log(DEAD_LETTERS, 1, 0, 5, 5)
                .healthSince(earlier);
        assertThat(health.deadLetters().kept()).isEqualTo(45);
        assertThat(health.deadLetters().perSecond()).isEqualTo(3, within(1e-6));
    }

    @Test
    void aMissingTopicAndASilentClusterAreCritical() {
        assertThat(new Samples().missing(TRANSACTIONS).health().findings())
                .containsExactly(new Finding(
                        Level.CRITICAL, TRANSACTIONS + " does not exist: create it with weir topics --apply"));
        assertThat(new Samples().brokers().health().findings())
                .containsExactly(new Finding(Level.CRITICAL, "the cluster does not answer"));
    }

    @Test
    void asJsonWhatIsNotKnownIsNullAndATimeThatNeverComesIsNever() {
        Samples earlier =
                new Samples().at(1_000).log(TRANSACTIONS, 0, 0, 10, 10).group(SCORER, 1, TRANSACTIONS, 0);
        Samples now = new Samples().at(1_001).log(TRANSACTIONS, 0, 0, 20, 20).group(SCORER, 1, TRANSACTIONS, 0);
        JsonObject first = HealthJson.of(now.health());
        JsonObject second = HealthJson.of(now.healthSince(earlier));

        assertThat(lag(first).getValue("catchUpSeconds")).isNull();
        assertThat(lag(first).getValue("producedPerSecond")).isNull();
        assertThat(lag(second).getValue("catchUpSeconds")).isEqualTo("never");
        assertThat(lag(second).getDouble("producedPerSecond")).isEqualTo(10);
        assertThat(lag(second).getString("trend")).isEqualTo("rising");
        assertThat(new JsonObject(second.encode()).getJsonArray("lags").size()).isEqualTo(1);
    }

    private static JsonObject lag(JsonObject health) {
        return health.getJsonArray("lags").getJsonObject(0);
    }

    @Test
    void theDefaultsAreThoseOfTheManual() {
        HealthThresholds thresholds = HealthThresholds.defaults();
        assertThat(thresholds.lagWarning()).isEqualTo(50_000);
        assertThat(thresholds.lagCritical()).isEqualTo(100_000);
        assertThat(HealthSettings.defaults().interval()).isEqualTo(Duration.ofSeconds(10));
    }
}
