package io.weir.server.score;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.policy.Policy;
import io.weir.events.Sha256;
import io.weir.server.log.EngineLog;
import io.weir.server.score.Warmth.State;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a state come to have what the policies select that are to be kept: one {@link WarmUp} after the other, as long as
 * something is lacking. Part of the owner's loop, a slice in each round.
 */
final class Warming {
    private static final Logger log = LoggerFactory.getLogger(Warming.class);

    /** A slice takes some milliseconds. */
    static final Pace PACE = new Pace(500, 5_000, 3_000);

    /** What is left lies on the log already: in so many milliseconds, at most, it should be here. */
    private static final int LAST_POLLS = 10;

    private static final Duration LAST_POLL = Duration.ofMillis(1);
    private static final long REPORT_NS = Duration.ofMillis(250).toNanos();

    private final EngineLog engineLog;
    private final RecordDecoder decoder;
    private final DecisionStateMachine machine;
    private final PolicyBook book;
    private final Pace pace;
    private final Reports reports;
    private @Nullable WarmUp warmUp;
    private long begunNs;
    private long reportedNs;
    private long reportedChanges = -1;
    private final Map<Sha256, Long> tookMs = new HashMap<>();

    /**
     * How fast it goes on.
     *
     * @param slice records in one round while decisions are made
     * @param largeSlice records in one round while none are
     * @param near so many records behind it is caught up with at once: otherwise new ones might come as fast as it folds
     */
    record Pace(int slice, int largeSlice, int near) {}

    /** What is said about it. */
    interface Reports {
        /** Nothing is. */
        Reports NONE = new Reports() {
            @Override
            public void warmth(Map<Sha256, Warmth> byPolicy) {}

            @Override
            public void progress(boolean underWay, long records, long ms) {}
        };

        /** How far it is. */
        void warmth(Map<Sha256, Warmth> byPolicy);

        /** A warm-up has begun, goes on or has ended. */
        void progress(boolean underWay, long records, long ms);
    }

    /**
     * One that has not begun.
     *
     * @param machine the working state
     * @param book of the same
     */
    Warming(
            EngineLog engineLog,
            RecordDecoder decoder,
            DecisionStateMachine machine,
            PolicyBook book,
            Pace pace,
            Reports reports) {
        this.engineLog = engineLog;
        this.decoder = decoder;
        this.machine = machine;
        this.book = book;
        this.pace = pace;
        this.reports = reports;
    }

    /** Whether there is something to do. */
    boolean underWay() {
        return warmUp != null || book.lacking();
    }

    /**
     * Goes on by a slice. To be called when the working state has folded exactly what its vector says.
     *
     * @param vector of the working state
     * @param deciding whether decisions are made meanwhile, and are not to be kept waiting
     * @param beforeAdoption to be called before the working state adopts what was warmed: no sweep may run then
     */
    void goOn(Supplier<long[]> vector, boolean deciding, Runnable beforeAdoption) {
        if (!underWay()) {
            report(new long[0], false);
            return;
        }
        long[] positions = vector.get();
        WarmUp current = warmUp == null ? begin() : warmUp;
        current.goOn(positions, deciding ? pace.slice : pace.largeSlice, Duration.ZERO);
        for (int i = 0; i < LAST_POLLS && isNear(current, positions); i++) {
            current.goOn(positions, pace.largeSlice, LAST_POLL);
        }
        if (current.isAt(positions)) {
            end(current, beforeAdoption);
        }
        report(positions, warmUp == null);
    }

    /** How far it is with a policy that is awaited, for people. */
    String progress(Policy policy, long[] positions) {
        WarmUp current = warmUp;
        return "it warms policy " + policy.id() + " before it decides: "
                + (current == null ? "not begun" : current.done() + " of " + current.total(positions) + " records");
    }

    private boolean isNear(WarmUp current, long[] positions) {
        boolean connected = current.done() > 0;
        return connected && !current.isAt(positions) && current.remaining(positions) <= pace.near;
    }

    private WarmUp begin() {
        WarmUp begun = new WarmUp(engineLog, decoder, book.kept());
        warmUp = begun;
        begunNs = engineLog.nanoTime();
        log.info("warming the state for {} policies", begun.policies().size());
        return begun;
    }

    private void end(WarmUp ended, Runnable beforeAdoption) {
        warmUp = null;
        long records = ended.done();
        ended.close();
        long ms = Duration.ofNanos(engineLog.nanoTime() - begunNs).toMillis();
        Policy active = book.active();
        boolean forActive = active == null
                || !book.isWarm(active)
                || ended.machine().selections().missing(active).isEmpty();
        if (!forActive) { // activated meanwhile, warm, and not among those that were to be kept when this began
            log.info("the active policy has changed; warming the state anew");
            return;
        }
        ended.policies().stream()
                .filter(policy -> !book.isWarm(policy))
                .forEach(policy -> tookMs.put(policy.sha256(), ms));
        beforeAdoption.run();
        long adoptedNs = engineLog.nanoTime();
        machine.adopt(ended.machine());
        book.warmed();
        reports.progress(false, records, ms);
        long pauseMs = Duration.ofNanos(engineLog.nanoTime() - adoptedNs).toMillis();
        log.info("warmed the state: {} records in {} ms, adopted in {} ms", records, ms, pauseMs);
    }

    private void report(long[] positions, boolean ended) {
        WarmUp current = warmUp;
        long nowNs = engineLog.nanoTime();
        boolean due = current != null && nowNs - reportedNs > REPORT_NS;
        if (!due && !ended && reportedChanges == book.changes()) {
            return;
        }
        reportedNs = nowNs;
        reportedChanges = book.changes();
        Map<Sha256, Warmth> warmth = new HashMap<>();
        book.published().forEach(policy -> warmth.put(policy.sha256(), new Warmth(State.COLD, 0, 0, 0)));
        book.kept().forEach(policy -> warmth.put(policy.sha256(), new Warmth(State.WARMING, 0, 0, 0)));
        if (current != null) {
            Warmth progress = new Warmth(State.WARMING, current.done(), current.total(positions), 0);
            current.policies().forEach(policy -> warmth.put(policy.sha256(), progress));
            reports.progress(
                    true, current.done(), Duration.ofNanos(nowNs - begunNs).toMillis());
        }
        book.published().stream()
                .filter(book::isWarm)
                .forEach(policy -> warmth.put(
                        policy.sha256(), new Warmth(State.WARM, 0, 0, tookMs.getOrDefault(policy.sha256(), 0L))));
        reports.warmth(Map.copyOf(warmth));
    }
}
