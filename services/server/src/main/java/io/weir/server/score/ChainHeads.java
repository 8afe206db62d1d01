package io.weir.server.score;

import io.weir.events.Sha256;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * By partition that is decided here, the head of its chain of decisions after the batch that was made last. Batches are made
 * one after another, by the engine's thread or in the background.
 */
final class ChainHeads {
    private final Map<Integer, Sha256> heads = new ConcurrentHashMap<>();

    /** The head of a partition that is decided here. */
    Sha256 of(int partition) {
        return Objects.requireNonNull(heads.get(partition), "not decided here");
    }

    /** A partition comes to be decided here, or a batch leaves another head. */
    void set(int partition, Sha256 head) {
        heads.put(partition, head);
    }
}
