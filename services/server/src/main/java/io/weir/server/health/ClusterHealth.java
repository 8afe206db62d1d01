package io.weir.server.health;

import io.weir.events.Topics;
import io.weir.server.health.ClusterSample.Offsets;
import io.weir.server.health.ClusterSample.Partition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The health of the cluster, as two looks at it tell: pure arithmetic, the same for metrics and for people.
 *
 * @param timeMs when the later look was
 * @param brokers ids of those that live; empty if the cluster does not answer
 * @param lags by group and topic
 * @param topics whether copies are complete, by topic
 * @param leaders by broker
 * @param skews by topic with several partitions
 * @param bytes by partition; without those not known
 * @param transactions open ones, the oldest first
 * @param deadLetters by offsets
 * @param findings what is not as it should be, the worst first
 * @param unknown what could not be had
 */
public record ClusterHealth(
        long timeMs,
        List<Integer> brokers,
        List<GroupLag> lags,
        List<TopicReplicas> topics,
        List<BrokerLeaders> leaders,
        List<TopicSkew> skews,
        Map<TopicPartition, Long> bytes,
        List<OpenTransaction> transactions,
        DeadLetterRate deadLetters,
        List<Finding> findings,
        List<Unknown> unknown) {
    public ClusterHealth {
        brokers = List.copyOf(brokers);
        lags = List.copyOf(lags);
        topics = List.copyOf(topics);
        leaders = List.copyOf(leaders);
        skews = List.copyOf(skews);
        bytes = Map.copyOf(bytes);
        transactions = List.copyOf(transactions);
        findings = List.copyOf(findings);
        unknown = List.copyOf(unknown);
    }

    /** As the sample tells; with rates if there is an earlier one. */
    static ClusterHealth of(@Nullable ClusterSample earlier, ClusterSample now, HealthThresholds thresholds) {
        List<GroupLag> lags = new Lags(earlier, now, thresholds).all();
        List<TopicReplicas> topics = TopicReplicas.of(now);
        List<BrokerLeaders> leaders = BrokerLeaders.of(now);
        List<TopicSkew> skews = TopicSkew.of(now);
        List<OpenTransaction> transactions = now.transactions().stream()
                .sorted(Comparator.comparingLong(OpenTransaction::ageMs).reversed())
                .toList();
        Map<TopicPartition, Long> bytes = new HashMap<>();
        for (Partition partition : now.partitions()) {
            if (partition.bytes() != ClusterSample.NOT_KNOWN) {
                bytes.put(partition.id(), partition.bytes());
            }
        }
        List<Finding> findings = new ArrayList<>();
        if (now.brokers().isEmpty()) {
            findings.add(new Finding(Level.CRITICAL, "the cluster does not answer"));
        }
        now.missingTopics()
                .forEach(topic -> findings.add(
                        new Finding(Level.CRITICAL, topic + " does not exist: create it with weir topics --apply")));
        lags.forEach(lag -> findings(lag, thresholds, findings));
        topics.forEach(topic -> topic.findings(findings));
        leaders.forEach(broker -> broker.findings(thresholds, findings));
        skews.forEach(skew -> skew.findings(thresholds, findings));
        transactions.forEach(transaction -> findings(transaction, thresholds, findings));
        findings.sort(Comparator.comparing(Finding::level).reversed()); // stable
        return new ClusterHealth(
                now.timeMs(),
                now.brokers(),
                lags,
                topics,
                leaders,
                skews,
                bytes,
                transactions,
                deadLetters(earlier, now),
                findings,
                now.unknown());
    }

    /** The worst finding's. */
    public Level level() {
        return findings.stream().map(Finding::level).reduce(Level.OK, Level::or);
    }

    /** Age of the oldest open transaction in milliseconds; 0 if none is open. */
    public long oldestTransactionMs() {
        return transactions.isEmpty() ? 0 : transactions.getFirst().ageMs();
    }

    private static void findings(GroupLag lag, HealthThresholds thresholds, List<Finding> findings) {
        if (lag.level() != Level.OK) {
            long limit = lag.level() == Level.CRITICAL ? thresholds.lagCritical() : thresholds.lagWarning();
            findings.add(new Finding(
                    lag.level(),
                    "%s is %,d records behind on %s (%s at %,d)%s"
                            .formatted(
                                    lag.group(),
                                    lag.lag(),
                                    lag.topic(),
                                    lag.level().name().toLowerCase(java.util.Locale.ROOT),
                                    limit,
                                    lag.members() == 0 ? " and has no members" : "")));
        }
        lag.partitions().stream()
                .filter(partition -> partition.lost() > 0 && !lag.idle())
                .forEach(partition -> findings.add(new Finding(
                        Level.CRITICAL,
                        "%s had not read %,d records of %s partition %d when retention deleted them"
                                .formatted(lag.group(), partition.lost(), lag.topic(), partition.partition()))));
    }

    private static void findings(OpenTransaction open, HealthThresholds thresholds, List<Finding> findings) {
        Level level = thresholds.transaction(open.ageMs());
        if (level != Level.OK) {
            findings.add(new Finding(
                    level,
                    "the transaction of %s has been open for %.0f s and holds back readers of %s"
                            .formatted(open.transactionalId(), open.ageMs() / 1e3, open.partitions())));
        }
    }

    private static DeadLetterRate deadLetters(@Nullable ClusterSample earlier, ClusterSample now) {
        Map<TopicPartition, Offsets> offsets = deadLetterOffsets(now);
        if (offsets.isEmpty()) {
            return new DeadLetterRate(ClusterSample.NOT_KNOWN, Double.NaN);
        }
        long kept = offsets.values().stream()
                .mapToLong(each -> each.end() - each.begin())
                .sum();
        if (earlier == null) {
            return new DeadLetterRate(kept, Double.NaN);
        }
        Map<TopicPartition, Offsets> before = deadLetterOffsets(earlier);
        if (!before.keySet().equals(offsets.keySet())) {
            return new DeadLetterRate(kept, Double.NaN);
        }
        long came = offsets.values().stream().mapToLong(Offsets::end).sum()
                - before.values().stream().mapToLong(Offsets::end).sum();
        return new DeadLetterRate(kept, came * 1e9 / Math.max(1, now.nanoTime() - earlier.nanoTime()));
    }

    private static Map<TopicPartition, Offsets> deadLetterOffsets(ClusterSample sample) {
        Map<TopicPartition, Offsets> offsets = new HashMap<>();
        for (Partition partition : sample.partitions()) {
            Offsets known = partition.offsets();
            if (known != null && partition.id().topic().equals(Topics.DEAD_LETTERS.topicName())) {
                offsets.put(partition.id(), known);
            }
        }
        return offsets;
    }
}
