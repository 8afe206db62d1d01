package io.weir.cli.bench;

import java.util.List;

/** All that {@code weir bench} measures, in this order. */
final class Measurements {
    private static final List<Entry> ALL = List.of(
            new Entry("throughput", new Throughput(1_000_000), new Throughput(100_000)),
            new Entry("rebuild", new Rebuild(1_000_000, true), new Rebuild(100_000, false)),
            new Entry("memory", new Memory(1_000_000), new Memory(10_000)),
            new Entry("allocation", new Allocation(500_000, 100_000), new Allocation(100_000, 50_000)));

    private Measurements() {}

    /**
     * A measurement in its two forms.
     *
     * @param id of its section
     * @param quick smaller, for a first impression: its figures suffer from what has not been compiled yet
     */
    record Entry(String id, Measurement full, Measurement quick) {
        Measurement form(boolean isQuick) {
            return isQuick ? quick : full;
        }
    }

    /** Their ids, in their order. */
    static List<String> ids() {
        return ALL.stream().map(Entry::id).toList();
    }

    /** Those with one of these ids, in the order of all; all of them for none. */
    static List<Entry> only(List<String> ids) {
        return ids.isEmpty()
                ? ALL
                : ALL.stream().filter(each -> ids.contains(each.id)).toList();
    }
}
