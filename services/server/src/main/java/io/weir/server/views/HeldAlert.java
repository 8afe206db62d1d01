package io.weir.server.views;

import com.github.benmanes.caffeine.cache.Interner;
import io.weir.events.Decision;
import io.weir.events.FraudAlertRaised;
import java.util.List;

/**
 * An alert that the view keeps: as it stands on the log, with what callers filter by beside it, so that a filter reads
 * nothing again.
 *
 * @param occurredAtMs event time, in ms since the epoch
 * @param score in points
 * @param rules codes of the reasons
 */
record HeldAlert(
        String accountId,
        Decision decision,
        double score,
        long occurredAtMs,
        List<String> rules,
        HeldEvent<FraudAlertRaised> event) {

    /** Object, list, and a node, its key and its part of the index in the view. */
    private static final int OVERHEAD = 40 + 24 + 24 + 32 + 16;

    /** A policy has a handful of rules; the alerts that name them come by the hundred thousand. */
    private static final Interner<String> CODES = Interner.newWeakInterner();

    static HeldAlert of(FraudAlertRaised alert, HeldEvent<FraudAlertRaised> event) {
        List<String> rules = alert.reasons().stream()
                .map(reason -> CODES.intern(reason.code()))
                .toList();
        return new HeldAlert(alert.accountId(), alert.decision(), alert.score(), alert.occurredAtMs(), rules, event);
    }

    /** The alert itself, read again. */
    FraudAlertRaised read() {
        return event.read();
    }

    /** What it takes on the heap, estimated. */
    int bytes() {
        return OVERHEAD + HeapSize.of(accountId) + rules.size() * HeapSize.REFERENCE + event.bytes();
    }
}
