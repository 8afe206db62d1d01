package io.weir.cli.bench;

import io.weir.load.report.Plot.Series;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a kill was to those who wait for decisions.
 *
 * @param gapSeconds the longest time without any new decision that ended after the kill
 * @param caughtUpSeconds from the kill until, for the first time since decisions came again, no more transactions were left
 *     waiting than at any time before the kill; {@code NaN} if that was not so while there was load
 * @param mostWaiting transactions appended and not decided, at the most
 */
record Outage(double gapSeconds, double caughtUpSeconds, long mostWaiting) {
    private static final double NS = 1e9;
    private static final double POINTS_PER_SECOND = 5;

    /**
     * Decisions arrive at a reader.
     *
     * @param atNs when, by {@link System#nanoTime}
     * @param appended transactions until then
     * @param decided of them, those just arrived included
     */
    record Arrival(long atNs, long appended, long decided) {
        long waiting() {
            return appended - decided;
        }
    }

    /**
     * Judges a run.
     *
     * @param arrivals in their order, from when the load was steady
     * @param loadEndedNs when the last transaction was appended
     */
    static Outage of(List<Arrival> arrivals, long killedNs, long loadEndedNs) {
        long waitingBefore = 0;
        long gapNs = 0;
        long mostWaiting = 0;
        long caughtUpNs = -1;
        boolean resumed = false;
        for (int i = 1; i < arrivals.size(); i++) {
            Arrival before = arrivals.get(i - 1);
            Arrival now = arrivals.get(i);
            if (now.atNs < killedNs) {
                waitingBefore = Math.max(waitingBefore, now.waiting());
                continue;
            }
            mostWaiting = Math.max(mostWaiting, now.appended - before.decided);
            if (now.atNs - before.atNs > gapNs) {
                // What was decided before the kill may arrive after it: it has not resumed before the longest gap.
                gapNs = now.atNs - before.atNs;
                resumed = false;
            }
            if (!resumed && now.waiting() <= waitingBefore) {
                resumed = true;
                caughtUpNs = now.atNs <= loadEndedNs ? now.atNs - killedNs : -1;
            }
        }
        return new Outage(gapNs / NS, caughtUpNs < 0 ? Double.NaN : caughtUpNs / NS, mostWaiting);
    }

    /** How many transactions waited over time, in seconds from the kill. */
    static Series series(String name, List<Arrival> arrivals, long killedNs) {
        Map<Long, Long> most = new TreeMap<>();
        for (int i = 1; i < arrivals.size(); i++) {
            Arrival now = arrivals.get(i);
            long bin = Math.round((now.atNs - killedNs) / NS * POINTS_PER_SECOND);
            most.merge(bin, now.appended - arrivals.get(i - 1).decided, Math::max);
        }
        return new Series(
                name,
                most.keySet().stream()
                        .mapToDouble(bin -> bin / POINTS_PER_SECOND)
                        .toArray(),
                most.values().stream().mapToDouble(Long::doubleValue).toArray());
    }
}
