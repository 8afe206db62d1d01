package io.weir.server.views;

import io.weir.events.Decision;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which alerts a caller wants; null means any.
 *
 * @param minScore lowest score, in points
 * @param rule code of a rule that was hit
 * @param fromMs earliest event time
 * @param toMs event time before which it lies
 */
record AlertFilter(
        @Nullable String accountId,
        @Nullable Decision decision,
        double minScore,
        @Nullable String rule,
        long fromMs,
        long toMs)
        implements Predicate<HeldAlert> {

    /** The parameters that {@link #of} reads. */
    static final Set<String> PARAMETERS = Set.of("accountId", "decision", "minScore", "rule", "fromMs", "toMs");

    /** The filter that a query asks for. */
    static AlertFilter of(QueryParameters query) {
        long fromMs = query.integer("fromMs", 0, Long.MAX_VALUE, 0);
        long toMs = query.integer("toMs", 0, Long.MAX_VALUE, Long.MAX_VALUE);
        if (toMs <= fromMs) {
            throw query.invalid("toMs", "is not after fromMs", "make toMs greater than fromMs, or leave one out");
        }
        return new AlertFilter(
                query.text("accountId"),
                decision(query),
                query.number("minScore", 0, 100, 0),
                query.text("rule"),
                fromMs,
                toMs);
    }

    @Override
    public boolean test(HeldAlert alert) {
        return alert.score() >= minScore
                && alert.occurredAtMs() >= fromMs
                && alert.occurredAtMs() < toMs
                && (decision == null || decision == alert.decision())
                && (accountId == null || accountId.equals(alert.accountId()))
                && (rule == null || alert.rules().contains(rule));
    }

    private static @Nullable Decision decision(QueryParameters query) {
        String name = query.text("decision");
        if (name == null) {
            return null;
        }
        for (Decision decision : Decision.values()) {
            if (decision.alerts() && decision.name().equals(name)) {
                return decision;
            }
        }
        throw query.invalid("decision", "is '" + name + "'; no alert has that", "use REVIEW or DECLINE");
    }
}
