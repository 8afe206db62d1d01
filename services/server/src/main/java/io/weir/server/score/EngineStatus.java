package io.weir.server.score;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.weir.events.Sha256;
import io.weir.server.log.Failure;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where an engine stands, for readiness. Written by its thread, read by others. */
final class EngineStatus {
    private volatile @Nullable String notReadyBecause = "it has not started yet";
    private volatile String restored = "";
    private volatile @Nullable Map<Sha256, Warmth> warmth;

    private volatile @Nullable String paused;
    private final CompletableFuture<Void> firstRestore = new CompletableFuture<>();

    void restoring(int snapshots, long records) {
        warmth = null;
        notReadyBecause = "it restores its state: " + snapshots + " snapshots and " + records + " records so far";
    }

    /** How the state was restored, in words. */
    void restored(String how) {
        restored = how;
        firstRestore.complete(null);
    }

    /** Done when a state has been restored for the first time, or could not be. */
    CompletableFuture<Void> firstRestore() {
        return firstRestore;
    }

    void failed(Throwable cause, Failure failure) {
        warmth = null;
        paused = null;
        notReadyBecause = told(cause, failure);
        firstRestore.complete(null);
    }

    /** What becomes of a failure, in words. */
    static String told(Throwable cause, Failure failure) {
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return switch (failure.course()) {
            case STOP ->
                "it has stopped for good: " + message + (failure.remedy().isEmpty() ? "" : "; " + failure.remedy());
            case AWAIT -> "it does not decide: " + message;
            case RETRY, REBUILD -> "it ended and is built anew: " + message;
        };
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

    /** By partition that is decided here, its breaker. */
    void breakers(Map<Integer, State> states) {
        List<Integer> open = states.entrySet().stream()
                .filter(entry -> entry.getValue() != State.CLOSED)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        paused = open.isEmpty()
                ? null
                : "partitions " + open + " are paused, for too many of their records became dead letters; look at weir "
                        + "dead-letters list. They are probed, and go on by themselves";
    }

    /** Which partitions are paused because of their dead letters; null if none is. */
    @Nullable
    String pausedBecause() {
        return paused;
    }

    /** Nothing is decided until the state has been warmed. */
    void warming(String progress) {
        notReadyBecause = progress;
    }

    /** How far the state has what each published policy selects. */
    void warmth(Map<Sha256, Warmth> byPolicy) {
        warmth = byPolicy;
    }

    /** The same of one policy; of one that has not been seen yet that it comes. Null while the engine does not serve. */
    @Nullable
    Warmth warmth(Sha256 policy) {
        Map<Sha256, Warmth> byPolicy = warmth;
        return byPolicy == null ? null : byPolicy.getOrDefault(policy, new Warmth(Warmth.State.WARMING, 0, 0, 0));
    }

    @Nullable
    String notReadyBecause() {
        return notReadyBecause;
    }
}
