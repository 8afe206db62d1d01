package io.weir.server.score;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Where an engine stands, for readiness. Written by its thread, read by others. */
final class EngineStatus {
    private volatile @Nullable String notReadyBecause = "it has not started yet";

    void restoring() {
        notReadyBecause = "it restores its state from the log";
    }

    void failed(String why) {
        notReadyBecause = why;
    }

    void serving(Collection<Integer> waitingFor, boolean hasPolicy) {
        if (!hasPolicy) {
            notReadyBecause = "no policy is active; publish and activate one";
        } else if (!waitingFor.isEmpty()) {
            notReadyBecause = "it catches up before it decides partitions " + waitingFor;
        } else {
            notReadyBecause = null;
        }
    }

    @Nullable
    String notReadyBecause() {
        return notReadyBecause;
    }
}
