package io.weir.server.health;

import io.weir.server.health.ClusterSample.Partition;
import java.util.ArrayList;
import java.util.List;

/**
 * How many partitions a broker leads.
 *
 * @param broker its id
 * @param leaders partitions that it leads
 * @param ratio of them to an even share: 1 is even
 * @param notPreferred partitions that it should lead and another does
 */
public record BrokerLeaders(int broker, int leaders, double ratio, int notPreferred) {
    /** Fewer than so many above an even share are no skew: with few partitions nothing is even. */
    private static final double TOLERATED = 2;

    static List<BrokerLeaders> of(ClusterSample sample) {
        List<BrokerLeaders> shares = new ArrayList<>();
        long led = sample.partitions().stream()
                .filter(partition -> partition.leader() != ClusterSample.NOT_KNOWN)
                .count();
        double even = (double) led / Math.max(1, sample.brokers().size());
        for (int broker : sample.brokers().stream().sorted().toList()) {
            int leaders = 0;
            int notPreferred = 0;
            for (Partition partition : sample.partitions()) {
                boolean leads = partition.leader() == broker;
                leaders += leads ? 1 : 0;
                boolean preferred =
                        !partition.replicas().isEmpty() && partition.replicas().getFirst() == broker;
                notPreferred += preferred && !leads ? 1 : 0;
            }
            shares.add(new BrokerLeaders(broker, leaders, even == 0 ? 1 : leaders / even, notPreferred));
        }
        return shares;
    }

    boolean skewed(HealthThresholds thresholds) {
        double even = leaders / ratio;
        return ratio >= thresholds.leaderSkew() && leaders - even >= TOLERATED;
    }

    void findings(HealthThresholds thresholds, List<Finding> findings) {
        if (skewed(thresholds)) {
            findings.add(new Finding(
                    Level.WARNING,
                    "broker %d leads %d partitions, %.1f times its even share: kafka-leader-election.sh --election-type preferred --all-topic-partitions"
                            .formatted(broker, leaders, ratio)));
        }
    }
}
