package io.weir.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.server.health.BrokerLeaders;
import io.weir.server.health.ClusterHealth;
import io.weir.server.health.DeadLetterRate;
import io.weir.server.health.Finding;
import io.weir.server.health.GroupLag;
import io.weir.server.health.GroupLag.PartitionLag;
import io.weir.server.health.HealthThresholds;
import io.weir.server.health.Level;
import io.weir.server.health.OpenTransaction;
import io.weir.server.health.Rate;
import io.weir.server.health.TopicReplicas;
import io.weir.server.health.TopicSkew;
import io.weir.server.health.TopicSkew.Spread;
import io.weir.server.health.Unknown;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusTableTest {
    private static final HealthThresholds THRESHOLDS = HealthThresholds.defaults();

    private static final ClusterHealth BEHIND = new ClusterHealth(
            1_700_000_000_000L,
            List.of(1, 2),
            List.of(new GroupLag(
                    "scorers",
                    "payments",
                    2,
                    false,
                    List.of(
                            new PartitionLag(0, 1_000, 61_000, 0, 0, new Rate(1_000, 3_000)),
                            new PartitionLag(1, 5_000, 5_010, 7, 0, new Rate(20, 0))),
                    Level.WARNING)),
            List.of(
                    new TopicReplicas("payments", 2, List.of(), List.of(), List.of(1)),
                    new TopicReplicas("decisions", 2, List.of(), List.of(), List.of())),
            List.of(new BrokerLeaders(1, 3, 1.5, 0), new BrokerLeaders(2, 1, 0.5, 1)),
            List.of(new TopicSkew("payments", new Spread(5L << 20, 0, 4 << 20, 1 << 20), null)),
            Map.of(),
            List.of(new OpenTransaction("weir-1-0-a", "PrepareCommit", 1_500, 10_000, List.of())),
            new DeadLetterRate(12, 0.25),
            List.of(new Finding(Level.WARNING, "scorers is behind")),
            List.of(new Unknown("sizes", "not allowed: give this user DESCRIBE on the cluster")));

    private static final String METRICS = """
            # HELP weir_partition_breaker_state 0 closed, 1 half open, 2 open
            weir_partition_breaker_state{engine="e",partition="0"} 0.0
            weir_partition_breaker_state{engine="e",partition="1"} 2.0
            weir_webhook_breaker_state{endpoint="crm",state="closed"} 0.0
            weir_webhook_breaker_state{endpoint="crm",state="half_open"} 1.0
            weir_webhook_breaker_state{endpoint="mail",state="closed"} 1.0
            weir_rule_breaker_trips_total{rule="LARGE"} 3.0
            weir_lag_catch_up_seconds{partition="1"} +Inf
            weir_dead_letters_committed_total{engine="e"} 40.0
            jvm_threads_live_threads 12.0
            """;

    private static String plain(List<Instance> instances) {
        return new StatusTable(THRESHOLDS, new Colours(false)).of("kafka:9092", BEHIND, instances);
    }

    private static Instance instance() {
        return new Instance(
                "http://a",
                null,
                new JsonObject("{\"status\": \"not ready\", \"checks\": {\"scorer\": \"it catches up\"}}"),
                Meters.parse(METRICS),
                new JsonArray("[{\"partition\": 1, \"key\": \"account-7\", \"share\": 0.42}]"),
                2,
                0);
    }

    @Test
    void aLagIsShownByPartitionWithItsTrendAndWhenItWillBeOver() {
        assertThat(plain(List.of()))
                .startsWith("Weir on kafka:9092  2023-11-14T22:13:20Z  warning\n  warning   scorers is behind\n")
                .containsSubsequence(
                        "group    topic     partition   position     end     lag  held   in/s  out/s  trend    caught up in\n",
                        "scorers  payments      all 2  2 members          60,010     7  1,020  3,000  falling         never\n",
                        "0      1,000  61,000  60,000     0  1,000  3,000  falling        30.0 s\n",
                        "1      5,000   5,010      10     7     20    0.0  rising          never\n");
    }

    @Test
    void whatIsIncompleteSkewedOpenDeadOrUnknownIsNamed() {
        assertThat(plain(List.of()))
                .contains("Replicas  2 topics, 4 partitions on brokers [1, 2]\n")
                .containsPattern("payments +2 +\\[] +\\[] +\\[1]\n")
                .doesNotContain("decisions")
                .containsPattern("1 +3 +1\\.50 +0\n")
                .containsPattern("payments +5\\.0 MiB +4\\.0 MiB +0 +4\\.0 +\\? +\\? +\\? +\\?\n")
                .contains("weir-1-0-a  preparecommit for 1.5 s (aborted after 10.0 s)\n")
                .contains("Dead letters  about 12 kept, about 0.3 a second\n")
                .contains("Unknown\n  sizes: not allowed: give this user DESCRIBE on the cluster\n");
    }

    @Test
    void anInstanceTellsOfItsEnginesBreakersAndHotAccounts() {
        assertThat(plain(List.of(instance())))
                .contains("warning   http://a is not ready\n")
                .contains("warning   weir_partition_breaker_state{engine=\"e\",partition=\"1\"} is open\n")
                .contains("warning   weir_webhook_breaker_state{endpoint=\"crm\"} is half open\n")
                .contains("  scorer: it catches up\n  breakers: 2 closed, 2 not\n")
                .contains("  weir_rule_breaker_trips_total{rule=\"LARGE\"} 3\n")
                .contains("  dead letters: 2.0 a second\n")
                .contains("most frequent accounts of the last minutes: account-7 42.0 % of partition 1\n");
    }

    @Test
    void onlyATerminalGetsColours() {
        assertThat(plain(List.of(instance()))).doesNotContain("\u001b");
        assertThat(new StatusTable(THRESHOLDS, new Colours(true)).of("kafka:9092", BEHIND, List.of()))
                .contains("\u001b[33mwarning\u001b[0m");
    }

    @Test
    void timesAreSaidAsPeopleSayThem() {
        assertThat(StatusTable.time(0)).isEqualTo("0.0 s");
        assertThat(StatusTable.time(59.94)).isEqualTo("59.9 s");
        assertThat(StatusTable.time(90)).isEqualTo("1 min 30 s");
        assertThat(StatusTable.time(7_260)).isEqualTo("2 h 1 min");
        assertThat(StatusTable.time(Double.POSITIVE_INFINITY)).isEqualTo("never");
        assertThat(StatusTable.time(Double.NaN)).isEqualTo("?");
    }
}
