package io.weir.server.guard;

import io.weir.server.guard.RuleRates.RuleRate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How often the rules of one policy fire: in a window of its last decisions, and before. A decision leaves the window for the
 * history, so the two never have one in common.
 */
final class FireRates {
    private final BreakerSettings settings;
    private final Deque<Decided> window = new ArrayDeque<>();
    private final Map<String, Counts> rules = new HashMap<>();
    private long newestMs = Long.MIN_VALUE;
    /** Of the next decision. */
    private long ordinal;

    private record Decided(long ordinal, long atMs, Set<String> fired) {}

    /** Of a rule. */
    private static final class Counts {
        /** The first decision that counts. */
        private long from;

        private long past;
        private int recent;
        private boolean unwatched;
        private boolean inShadow;
        private boolean tripping;
        private long changedAt = -1;
    }

    /** Where a rule stands when it trips. */
    record Tripped(String code, RuleRate rate, long changedAt) {}

    FireRates(BreakerSettings settings) {
        this.settings = settings;
    }

    /**
     * Counts a decision; returns the rules that trip with it, each once until {@link #settled}.
     *
     * @param live whether decisions come as they are made. If not, partition by partition, the last ones are those of a few
     *     accounts and none to compare: all is history.
     */
    List<Tripped> fold(long atMs, Set<String> fired, boolean live) {
        if (!live) {
            ordinal++;
            fired.forEach(code -> counts(code).past++);
            return List.of();
        }
        newestMs = Math.max(newestMs, atMs);
        long oldestMs = newestMs - settings.windowTime().toMillis();
        while (!window.isEmpty()
                && (window.size() >= settings.window() || window.getFirst().atMs() < oldestMs)) {
            leave(window.removeFirst());
        }
        window.addLast(new Decided(ordinal++, atMs, fired));
        List<Tripped> tripped = List.of();
        for (String code : fired) {
            Counts counts = counts(code);
            counts.recent++;
            if (trips(counts)) {
                counts.tripping = true;
                tripped = tripped.isEmpty() ? new ArrayList<>(1) : tripped;
                tripped.add(new Tripped(code, rate(counts), counts.changedAt));
            }
        }
        return tripped;
    }

    private Counts counts(String code) {
        return rules.computeIfAbsent(code, unknown -> new Counts());
    }

    private void leave(Decided oldest) {
        for (String code : oldest.fired()) {
            Counts counts = rules.get(code);
            if (counts != null && oldest.ordinal() >= counts.from) {
                counts.recent--;
                counts.past++;
            }
        }
    }

    private boolean trips(Counts counts) {
        if (!settings.enabled() || counts.tripping || counts.inShadow || counts.unwatched) {
            return false;
        }
        RuleRate rate = rate(counts);
        long history = rate.decisions() - rate.recentDecisions();
        if (history < settings.history()) {
            return false;
        }
        boolean manyTimes =
                (double) counts.recent * history >= settings.factor() * counts.past * rate.recentDecisions();
        return manyTimes
                && RateTest.surprise(counts.recent, rate.recentDecisions(), counts.past, history)
                        >= -Math.log(settings.falseAlarm());
    }

    private RuleRate rate(Counts counts) {
        long decisions = ordinal - counts.from;
        return new RuleRate(
                decisions, counts.past + counts.recent, (int) Math.min(window.size(), decisions), counts.recent);
    }

    /** Of a rule, as {@link RuleRates} has it; one that never fired has its rate, too. */
    RuleRate rate(String code) {
        @Nullable Counts counts = rules.get(code);
        return counts == null ? new RuleRate(ordinal, 0, window.size(), 0) : rate(counts);
    }

    /** What became of a rule that tripped is known. */
    void settled(String code) {
        Counts counts = rules.get(code);
        if (counts != null) {
            counts.tripping = false;
        }
    }

    /** A rule that can do no harm is not watched. */
    void unwatch(String code) {
        counts(code).unwatched = true;
    }

    /**
     * A rule went into shadow or came back. Whoever brings it back accepts the rate that it has: its history begins anew.
     *
     * @param offset of the change on the control topic
     */
    void changed(String code, boolean shadow, long offset) {
        Counts counts = counts(code);
        counts.changedAt = Math.max(counts.changedAt, offset);
        if (counts.inShadow && !shadow) {
            counts.from = ordinal;
            counts.past = 0;
            counts.recent = 0;
        }
        counts.inShadow = shadow;
        counts.tripping = false;
    }
}
