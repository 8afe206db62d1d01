package io.weir.server.health;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.weir.server.health.GroupLag.PartitionLag;
import io.weir.server.health.HotKeys.HotKey;
import io.weir.server.health.TopicSkew.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The last look at the cluster as gauges. Every instance publishes the same; alert rules take the largest. A row that is not
 * known any more disappears.
 */
final class HealthMetrics {
    private final MultiGauge lag;
    private final MultiGauge produced;
    private final MultiGauge consumed;
    private final MultiGauge catchUp;
    private final MultiGauge held;
    private final MultiGauge members;
    private final MultiGauge topicPartitions;
    private final MultiGauge leaders;
    private final MultiGauge leadersRatio;
    private final MultiGauge notPreferred;
    private final MultiGauge sizes;
    private final MultiGauge skews;
    private final MultiGauge hotKeys;
    private final MultiGauge unknown;
    private final MultiGauge findings;
    final Timer looks;
    private volatile @Nullable ClusterHealth last;
    private volatile long lookedNs = System.nanoTime();

    HealthMetrics(MeterRegistry registry, HealthThresholds thresholds) {
        lag = rows(registry, "weir.lag.records", "Records that a group is behind on a partition");
        produced = rows(
                registry, "weir.lag.produced.rate", "Records a second that come to a partition that a group reads");
        consumed = rows(registry, "weir.lag.consumed.rate", "Records a second that a group gets done");
        catchUp =
                rows(registry, "weir.lag.catch.up.seconds", "Until a group has caught up at these rates; +Inf: never");
        held = rows(registry, "weir.lag.held.records", "Records that an open transaction holds back from readers");
        members = rows(registry, "weir.group.members", "Members of a consumer group");
        topicPartitions = rows(registry, "weir.topic.partitions", "Partitions of a topic, all and by what they lack");
        leaders = rows(registry, "weir.broker.leaders", "Partitions that a broker leads");
        leadersRatio =
                rows(registry, "weir.broker.leaders.ratio", "Leaders of a broker as a multiple of its even share");
        notPreferred = rows(
                registry, "weir.broker.leaders.not.preferred", "Partitions that a broker should lead and does not");
        sizes = rows(registry, "weir.partition.size.bytes", "Size of a partition on its leader's disk");
        skews = rows(registry, "weir.topic.skew.ratio", "Largest partition of a topic as a multiple of the median one");
        hotKeys = rows(
                registry,
                "weir.hot.key.share",
                "Accounts with a large share of the last minutes' records of a partition");
        unknown = rows(registry, "weir.health.unknown", "1 if the last look got no answer to this question");
        findings = rows(registry, "weir.health.findings", "What is not as it should be, by level");
        looks = Timer.builder("weir.health.look")
                .description("Looks at the cluster's health")
                .register(registry);
        gauge(registry, "weir.health.level", "0 ok, 1 warning, 2 critical", health -> health.level()
                .severity());
        gauge(registry, "weir.cluster.brokers", "Brokers that live", health -> health.brokers()
                .size());
        gauge(registry, "weir.transactions.open", "Kafka transactions open now", health -> health.transactions()
                .size());
        gauge(
                registry,
                "weir.transactions.oldest.seconds",
                "Age of the oldest open Kafka transaction; 0 if none is open",
                health -> health.oldestTransactionMs() / 1e3);
        gauge(registry, "weir.dead.letters.kept", "Offsets of the dead letters kept", health -> health.deadLetters()
                .kept());
        gauge(
                registry,
                "weir.dead.letters.rate",
                "Offsets a second that dead letters take, of all writers",
                health -> health.deadLetters().perSecond());
        Gauge.builder("weir.health.age.seconds", this, metrics -> (System.nanoTime() - metrics.lookedNs) / 1e9)
                .description("Since the last look at the cluster's health that the cluster answered")
                .register(registry);
        threshold(registry, "warning", thresholds.lagWarning());
        threshold(registry, "critical", thresholds.lagCritical());
    }

    /** Publishes what a look has found. */
    void publish(ClusterHealth health, List<HotKey> hot) {
        last = health;
        if (!health.brokers().isEmpty()) {
            lookedNs = System.nanoTime();
        }
        lags(health);
        register(topicPartitions, topics(health));
        register(leaders, brokers(health, BrokerLeaders::leaders));
        register(leadersRatio, brokers(health, BrokerLeaders::ratio));
        register(notPreferred, brokers(health, BrokerLeaders::notPreferred));
        register(
                sizes,
                health.bytes().entrySet().stream()
                        .map(each -> Row.of(
                                Tags.of(
                                        "topic", each.getKey().topic(),
                                        "partition",
                                                String.valueOf(each.getKey().partition())),
                                each.getValue()))
                        .toList());
        register(skews, skews(health));
        register(
                hotKeys,
                hot.stream()
                        .map(key -> Row.of(
                                Tags.of("partition", String.valueOf(key.partition()), "key", key.key()), key.share()))
                        .toList());
        register(
                unknown,
                Questions.ALL.stream()
                        .map(question -> Row.of(Tags.of("question", question), isUnknown(health, question) ? 1 : 0))
                        .toList());
        register(
                findings,
                List.of(
                        Row.of(Tags.of("level", "warning"), count(health, Level.WARNING)),
                        Row.of(Tags.of("level", "critical"), count(health, Level.CRITICAL))));
    }

    private void lags(ClusterHealth health) {
        register(lag, partitions(health, PartitionLag::lag));
        register(produced, partitions(health, partition -> partition.rate().produced()));
        register(consumed, partitions(health, partition -> partition.rate().consumed()));
        register(catchUp, partitions(health, PartitionLag::catchUpSeconds));
        register(held, partitions(health, PartitionLag::held));
        register(
                members,
                health.lags().stream()
                        .filter(group -> !group.idle())
                        .map(group -> Row.of(Tags.of("group", group.group(), "topic", group.topic()), group.members()))
                        .toList());
    }

    private static List<Row<?>> partitions(ClusterHealth health, ToDoubleFunction<PartitionLag> value) {
        List<Row<?>> rows = new ArrayList<>();
        for (GroupLag group : health.lags()) {
            if (group.idle()) {
                continue;
            }
            for (PartitionLag partition : group.partitions()) {
                rows.add(Row.of(
                        Tags.of(
                                "group", group.group(),
                                "topic", group.topic(),
                                "partition", String.valueOf(partition.partition())),
                        value.applyAsDouble(partition)));
            }
        }
        return rows;
    }

    private static List<Row<?>> topics(ClusterHealth health) {
        List<Row<?>> rows = new ArrayList<>();
        for (TopicReplicas topic : health.topics()) {
            rows.add(state(topic, "all", topic.partitions()));
            rows.add(state(topic, "offline", topic.offline().size()));
            rows.add(state(topic, "under-min-isr", topic.underMinInSync().size()));
            rows.add(state(topic, "under-replicated", topic.underReplicated().size()));
        }
        return rows;
    }

    private static Row<?> state(TopicReplicas topic, String state, int partitions) {
        return Row.of(Tags.of("topic", topic.topic(), "state", state), partitions);
    }

    private static List<Row<?>> brokers(ClusterHealth health, ToDoubleFunction<BrokerLeaders> value) {
        List<Row<?>> rows = new ArrayList<>();
        health.leaders()
                .forEach(broker -> rows.add(
                        Row.of(Tags.of("broker", String.valueOf(broker.broker())), value.applyAsDouble(broker))));
        return rows;
    }

    private static List<Row<?>> skews(ClusterHealth health) {
        List<Row<?>> rows = new ArrayList<>();
        for (TopicSkew skew : health.skews()) {
            add(rows, skew.topic(), "bytes", skew.bytes());
            add(rows, skew.topic(), "records", skew.records());
        }
        return rows;
    }

    private static void add(List<Row<?>> rows, String topic, String of, @Nullable Spread spread) {
        if (spread != null) {
            rows.add(Row.of(Tags.of("topic", topic, "of", of), spread.ratio()));
        }
    }

    private static boolean isUnknown(ClusterHealth health, String question) {
        return health.unknown().stream().anyMatch(each -> each.question().equals(question));
    }

    private static long count(ClusterHealth health, Level level) {
        return health.findings().stream()
                .filter(finding -> finding.level() == level)
                .count();
    }

    private static MultiGauge rows(MeterRegistry registry, String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    private static void register(MultiGauge gauge, List<? extends Row<?>> rows) {
        gauge.register(new ArrayList<>(rows), true);
    }

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<ClusterHealth> value) {
        Gauge.builder(name, this, metrics -> {
                    ClusterHealth health = metrics.last;
                    return health == null ? Double.NaN : value.applyAsDouble(health);
                })
                .description(description)
                .register(registry);
    }

    private static void threshold(MeterRegistry registry, String level, long records) {
        Gauge.builder("weir.lag.threshold.records", () -> records)
                .description("Lag from which on it is worth an alert")
                .tag("level", level)
                .register(registry);
    }
}
