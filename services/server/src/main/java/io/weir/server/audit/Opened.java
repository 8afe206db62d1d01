package io.weir.server.audit;

import io.weir.core.decide.Selections;
import io.weir.events.Topics;
import io.weir.server.log.History;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The log, and where to begin: at its beginning where that is there, otherwise with the state of the snapshots.
 *
 * @param history from there to an end that is fixed
 * @param policies as it has them
 */
record Opened(History history, PolicyTimeline policies, Walk.Start start) implements AutoCloseable {

    /**
     * Opens it.
     *
     * @param timeline reads the policies
     * @param kept what the state is to keep for them
     */
    static Opened open(
            Supplier<History> histories,
            Supplier<Snapshots> snapshots,
            Function<History, PolicyTimeline> timeline,
            Function<PolicyTimeline, Selections> kept) {
        History history = histories.get();
        if (isWhole(history)) {
            PolicyTimeline policies = timeline.apply(history);
            return new Opened(history, policies, Walk.Start.ofLog(history, kept.apply(policies)));
        }
        history.close();
        Snapshots recorded = snapshots.get(); // before the end is fixed: what they contain lies before it
        History later = histories.get();
        PolicyTimeline policies = timeline.apply(later);
        return new Opened(later, policies, recorded.start(later, kept.apply(policies)));
    }

    @Override
    public void close() {
        history.close();
    }

    private static boolean isWhole(History history) {
        for (int partition = 0; partition < history.partitions(); partition++) {
            if (history.start(Topics.TRANSACTIONS, partition) > 0) {
                return false;
            }
        }
        return true;
    }
}
