package io.weir.server.audit;

import io.weir.events.Topics;
import io.weir.server.log.History;
import java.util.function.Supplier;

/**
 * The log, and where to begin: at its beginning where that is there, otherwise with the state of the snapshots.
 *
 * @param history from there to an end that is fixed
 */
record Opened(History history, Walk.Start start) implements AutoCloseable {

    static Opened open(Supplier<History> histories, Supplier<Snapshots> snapshots) {
        History history = histories.get();
        if (isWhole(history)) {
            return new Opened(history, Walk.Start.ofLog(history));
        }
        history.close();
        Snapshots recorded = snapshots.get(); // before the end is fixed: what they contain lies before it
        History later = histories.get();
        return new Opened(later, recorded.start(later));
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
