package io.weir.server.health;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** The samples of the last minute: rates are taken over all of it, so that one batch more or less does not make them jump. */
public final class HealthHistory {
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final ClusterProbe probe;
    private final HealthThresholds thresholds;
    private final Deque<ClusterSample> samples = new ArrayDeque<>();

    /** Of a cluster; not thread-safe. */
    public HealthHistory(ClusterProbe probe, HealthThresholds thresholds) {
        this.probe = probe;
        this.thresholds = thresholds;
    }

    /** Looks at the cluster; takes 5 s at the worst. */
    public ClusterHealth look() {
        ClusterSample now = probe.look();
        ClusterHealth health = ClusterHealth.of(samples.peekFirst(), now, thresholds);
        if (!now.brokers().isEmpty()) {
            samples.addLast(now);
        }
        while (samples.size() > 1 && now.nanoTime() - samples.getFirst().nanoTime() > WINDOW.toNanos()) {
            samples.removeFirst();
        }
        return health;
    }
}
