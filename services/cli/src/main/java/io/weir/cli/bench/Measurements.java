package io.weir.cli.bench;

import io.weir.load.LoadPlan;
import java.time.Duration;
import java.util.List;

/** All that {@code weir bench} measures, in this order. */
final class Measurements {
    private static final List<Peer> PEERS = List.of(Peer.values());
    private static final List<Entry> FULL = List.of(
            new Entry("latency", new Latency(new LoadPlan(20_000, 1_000, 60, 60), PEERS)),
            new Entry("sustained", new Sustained(1_000_000, 1_000, 10, 1.1)),
            new Entry("throughput", new Throughput(1_500_000, PEERS)),
            new Entry("recovery", new Recovery(200_000, 1_000, 75, 45, 200, PEERS)),
            new Entry("patterns", Patterns.full(1_500_000, Duration.ofSeconds(10))),
            new Entry("rebuild", new Rebuild(1_000_000, true)),
            new Entry("startup", new Startup(Startup.WAITING, 5)),
            new Entry("memory", new Memory(1_000_000)),
            new Entry("scale", Scale.full(300_000)),
            new Entry("allocation", new Allocation(1_650_000, 100_000)));
    /** Less of each, for a first impression: figures suffer from what has not been compiled yet. Recovery, patterns and startup have no quick form. */
    private static final List<Entry> QUICK = List.of(
            new Entry("latency", new Latency(new LoadPlan(3_000, 1_000, 4, 6), List.of())),
            new Entry("sustained", new Sustained(100_000, 1_000, 3, 2)),
            new Entry("throughput", new Throughput(100_000, List.of())),
            new Entry("rebuild", new Rebuild(100_000, false)),
            new Entry("memory", new Memory(10_000)),
            new Entry("scale", Scale.quick()),
            new Entry("allocation", new Allocation(100_000, 50_000)));

    private Measurements() {}

    /**
     * A measurement.
     *
     * @param id of its section
     */
    record Entry(String id, Measurement measurement) {}

    /** All of them, in their order. */
    static List<Entry> all(boolean quick) {
        return quick ? QUICK : FULL;
    }
}
