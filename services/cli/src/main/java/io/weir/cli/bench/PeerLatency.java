package io.weir.cli.bench;

import io.weir.cli.Stack;
import io.weir.load.LoadPlan;
import io.weir.load.LoadResult;
import io.weir.local.ChildProcessException;
import java.io.IOException;

/** How long a transaction waits for its decision by a peer, from one topic to the other. */
final class PeerLatency {
    private PeerLatency() {}

    /**
     * Starts a peer without a past on a log of its own, and measures.
     *
     * @param intervalMs between its commits, milliseconds
     * @throws IOException when it does not decide, naming its log
     */
    static LoadResult measure(Peer peer, int intervalMs, LoadPlan plan, LoadClients clients, Stack stack, Bench bench)
            throws IOException {
        bench.progress()
                .say("%s decides %,.0f a second, with commits every %,d ms ..."
                        .formatted(peer.title(), plan.perSecond(), intervalMs));
        try (PeerProcess process = PeerProcess.startOnOwnLog(peer, intervalMs, stack, bench)) {
            try {
                return clients.roundTrip(peer.id(), process.transactions(), process.decisions(), plan);
            } catch (IOException | ChildProcessException e) {
                throw new IOException(e.getMessage() + "; its log: " + process.log(), e);
            }
        }
    }
}
