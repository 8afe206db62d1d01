package io.weir.cli.status;

import io.vertx.core.json.JsonObject;
import io.weir.server.health.BrokerLeaders;
import io.weir.server.health.ClusterHealth;
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
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The health of a cluster and of instances as people read it. */
final class StatusTable {
    /** Partitions of a group on a topic that are shown, those that are furthest behind. */
    private static final int MAX_PARTITIONS = 16;

    private static final int MAX_TRANSACTIONS = 8;

    private final HealthThresholds thresholds;
    private final Colours colours;
    private final StringBuilder text = new StringBuilder();

    StatusTable(HealthThresholds thresholds, Colours colours) {
        this.thresholds = thresholds;
        this.colours = colours;
    }

    /** All of it. */
    String of(String cluster, ClusterHealth health, List<Instance> instances) {
        text.setLength(0);
        List<Finding> findings = Stream.concat(
                        health.findings().stream(), instances.stream().flatMap(each -> each.findings().stream()))
                .sorted(Comparator.comparing(Finding::level).reversed())
                .toList();
        Level level = findings.isEmpty() ? Level.OK : findings.getFirst().level();
        line(colours.bold("Weir on " + cluster) + "  "
                + Instant.ofEpochMilli(health.timeMs()).truncatedTo(ChronoUnit.SECONDS) + "  "
                + colours.verdict(level, word(level)));
        findings.forEach(finding ->
                line("  " + colours.of(finding.level(), "%-8s  %s".formatted(word(finding.level()), finding.text()))));
        if (!health.brokers().isEmpty()) {
            lags(health.lags());
            copies(health);
            sizes(health.skews());
            transactions(health);
        }
        instances.forEach(this::instance);
        if (!health.unknown().isEmpty()) {
            heading("Unknown");
            health.unknown().forEach(unknown -> line("  " + unknown.question() + ": " + unknown.why()));
        }
        return text.toString();
    }

    private void lags(List<GroupLag> lags) {
        heading("Lag  "
                + colours.dim("records; warning at %,d, critical at %,d of a group on a topic"
                        .formatted(thresholds.lagWarning(), thresholds.lagCritical())));
        Grid grid = new Grid(
                "group",
                "topic",
                "partition ",
                "position ",
                "end ",
                "lag ",
                "held ",
                "in/s ",
                "out/s ",
                "trend",
                "caught up in ");
        for (GroupLag lag : lags) {
            long held = lag.partitions().stream().mapToLong(PartitionLag::held).sum();
            grid.row(
                    lag.level(),
                    lag.group(),
                    lag.topic(),
                    "all " + lag.partitions().size(),
                    lag.idle() ? "idle" : lag.members() == 1 ? "1 member" : lag.members() + " members",
                    "",
                    number(lag.lag()),
                    number(held),
                    rate(lag.rate().produced()),
                    rate(lag.rate().consumed()),
                    trend(lag.rate()),
                    time(lag.catchUpSeconds()));
            List<PartitionLag> behind = lag.partitions().stream()
                    .filter(partition -> partition.lag() > 0 || lag.partitions().size() <= MAX_PARTITIONS)
                    .sorted(Comparator.comparingLong(PartitionLag::lag)
                            .reversed()
                            .thenComparing(PartitionLag::partition))
                    .limit(MAX_PARTITIONS)
                    .sorted(Comparator.comparingInt(PartitionLag::partition))
                    .toList();
            behind.forEach(partition -> grid.row(
                    Level.OK,
                    "",
                    "",
                    String.valueOf(partition.partition()),
                    number(partition.committed()),
                    number(partition.end()),
                    number(partition.lag()),
                    number(partition.held()),
                    rate(partition.rate().produced()),
                    rate(partition.rate().consumed()),
                    trend(partition.rate()),
                    time(partition.catchUpSeconds())));
        }
        text.append(grid.text(colours));
    }

    private void copies(ClusterHealth health) {
        List<TopicReplicas> topics = health.topics();
        List<TopicReplicas> bad =
                topics.stream().filter(topic -> topic.level() != Level.OK).toList();
        int partitions = topics.stream().mapToInt(TopicReplicas::partitions).sum();
        heading("Replicas  "
                + colours.dim("%d topics, %d partitions on brokers %s%s"
                        .formatted(
                                topics.size(), partitions, health.brokers(), bad.isEmpty() ? ": all complete" : "")));
        if (!bad.isEmpty()) {
            Grid grid = new Grid("topic", "partitions ", "offline", "under min ISR", "under-replicated");
            bad.forEach(topic -> grid.row(
                    topic.level(),
                    topic.topic(),
                    number(topic.partitions()),
                    topic.offline().toString(),
                    topic.underMinInSync().toString(),
                    topic.underReplicated().toString()));
            text.append(grid.text(colours));
        }
        if (health.leaders().size() > 1) {
            Grid grid = new Grid("broker ", "leads ", "of an even share ", "should lead, does not ");
            for (BrokerLeaders broker : health.leaders()) {
                grid.row(
                        Level.OK,
                        String.valueOf(broker.broker()),
                        number(broker.leaders()),
                        "%.2f".formatted(broker.ratio()),
                        number(broker.notPreferred()));
            }
            text.append(grid.text(colours));
        }
    }

    private void sizes(List<TopicSkew> skews) {
        List<TopicSkew> known = skews.stream()
                .filter(skew -> filled(skew.bytes()) || filled(skew.records()))
                .toList();
        if (known.isEmpty()) {
            return;
        }
        heading("Partition sizes  "
                + colours.dim("largest as a multiple of the median; warning at %.0f from %s on"
                        .formatted(thresholds.sizeSkew(), bytes(thresholds.sizeSkewBytes()))));
        Grid grid = new Grid(
                "topic", "bytes ", "largest ", "partition ", "skew ", "records ", "largest ", "partition ", "skew ");
        for (TopicSkew skew : known) {
            Spread size = skew.bytes();
            Spread records = skew.records();
            grid.row(
                    Level.OK,
                    skew.topic(),
                    size == null ? "?" : bytes(size.total()),
                    size == null ? "?" : bytes(size.largest()),
                    size == null ? "?" : String.valueOf(size.largestPartition()),
                    size == null ? "?" : "%.1f".formatted(size.ratio()),
                    records == null ? "?" : number(records.total()),
                    records == null ? "?" : number(records.largest()),
                    records == null ? "?" : String.valueOf(records.largestPartition()),
                    records == null ? "?" : "%.1f".formatted(records.ratio()));
        }
        text.append(grid.text(colours));
    }

    private static boolean filled(@Nullable Spread spread) {
        return spread != null && spread.total() > 0;
    }

    private void transactions(ClusterHealth health) {
        heading("Transactions  "
                + colours.dim(
                        health.transactions().isEmpty()
                                ? "none open"
                                : health.transactions().size() + " open"));
        for (OpenTransaction open :
                health.transactions().stream().limit(MAX_TRANSACTIONS).toList()) {
            line("  %s  %s for %s (aborted after %s)"
                    .formatted(
                            open.transactionalId(),
                            open.state().toLowerCase(Locale.ROOT),
                            time(open.ageMs() / 1e3),
                            time(open.timeoutMs() / 1e3)));
        }
        double rate = health.deadLetters().perSecond();
        heading("Dead letters  "
                + colours.dim(
                        health.deadLetters().kept() < 0
                                ? "unknown"
                                : "about %,d kept, about %s a second"
                                        .formatted(health.deadLetters().kept(), rate(rate))));
    }

    private void instance(Instance instance) {
        heading("Instance " + instance.url());
        if (instance.unreachable() != null) {
            line("  " + colours.of(Level.CRITICAL, "does not answer: " + instance.unreachable()));
            return;
        }
        JsonObject checks = instance.readiness().getJsonObject("checks", new JsonObject());
        for (String check : checks.fieldNames()) {
            String state = checks.getString(check);
            line("  " + check + ": " + colours.verdict("ready".equals(state) ? Level.OK : Level.WARNING, state));
        }
        int breakers = instance.meters().breakers().size();
        if (breakers > 0) {
            line("  breakers: %d closed, %d not"
                    .formatted(
                            breakers - instance.openBreakers().size(),
                            instance.openBreakers().size()));
        }
        instance.meters()
                .breakerEvents()
                .forEach(meter -> line("  %s{%s} %,.0f".formatted(meter.name(), meter.labels(), meter.value())));
        line("  dead letters: %s a second".formatted(rate(instance.deadLettersPerSecond())));
        if (!instance.hotKeys().isEmpty()) {
            line("  most frequent accounts of the last minutes: "
                    + instance.hotKeys().stream()
                            .map(JsonObject.class::cast)
                            .map(key -> "%s %.1f %% of partition %d"
                                    .formatted(
                                            key.getString("key"),
                                            key.getDouble("share") * 100,
                                            key.getInteger("partition")))
                            .collect(Collectors.joining(", ")));
        }
    }

    private void heading(String words) {
        text.append('\n');
        line(words);
    }

    private void line(String words) {
        text.append(words).append('\n');
    }

    private static String word(Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }

    private static String number(long number) {
        return "%,d".formatted(number);
    }

    private static String rate(double perSecond) {
        return Double.isNaN(perSecond)
                ? "?"
                : perSecond < 10 ? "%.1f".formatted(perSecond) : "%,.0f".formatted(perSecond);
    }

    private static String trend(Rate rate) {
        return rate.trend() == Rate.Trend.UNKNOWN ? "?" : rate.trend().name().toLowerCase(Locale.ROOT);
    }

    /** A length of time as people say it. */
    static String time(double seconds) {
        if (Double.isNaN(seconds)) {
            return "?";
        }
        if (Double.isInfinite(seconds)) {
            return "never";
        }
        if (seconds < 60) {
            return "%.1f s".formatted(seconds);
        }
        Duration time = Duration.ofSeconds(Math.round(seconds));
        return time.toHours() > 0
                ? "%d h %d min".formatted(time.toHours(), time.toMinutesPart())
                : "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart());
    }

    private static String bytes(long bytes) {
        if (bytes < 1 << 20) {
            return "%.1f KiB".formatted(bytes / 1024.0);
        }
        return bytes < 1 << 30 ? "%.1f MiB".formatted(bytes / 1048576.0) : "%.1f GiB".formatted(bytes / 1073741824.0);
    }
}
