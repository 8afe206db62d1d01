package io.weir.server.score;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Where an engine stands, for readiness. Written by its thread, read by others. */
final class EngineStatus {
    private volatile @Nullable String notReadyBecause = "it has not started yet";
    private volatile String restored = "";

    void restoring(int snapshots, long records) {
        notReadyBecause = "it restores its state: " + snapshots + " snapshots and " + records + " records so far";
    }

    /** How the state was restored, in words. */
    void restored(String how) {
        restored = how;
    }

    void failed(String why) {
        notReadyBecause = why;
    }

    /**
     * It has joined.
     *
     * @param decides whether it decides any partition, or none has come for so long that there may be more engines than
     *     partitions
     */
    void serving(Collection<Integer> waitingFor, boolean decides, boolean hasPolicy) {
        if (!hasPolicy) {
            notReadyBecause = "no policy is active; publish and activate one";
        } else if (!waitingFor.isEmpty()) {
            notReadyBecause = "it catches up before it decides partitions " + waitingFor + "; " + restored;
        } else if (!decides) {
            notReadyBecause = "the group has given it no partition yet; " + restored;
        } else {
            notReadyBecause = null;
        }
    }

    @Nullable
    String notReadyBecause() {
        return notReadyBecause;
    }
}
