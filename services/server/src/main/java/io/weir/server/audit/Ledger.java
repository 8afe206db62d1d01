package io.weir.server.audit;

import io.weir.events.EventReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What has been accounted for in one partition: every transaction is held against the decisions once. */
final class Ledger {
    /** Recorded decisions whose transactions have not come yet, of batches that have lost their header. */
    private final Matching orphans;

    /** Ranges of offsets that are not to be compared, in order. */
    private final Deque<Range> excluded = new ArrayDeque<>();

    private long checked;

    private record Range(long from, long to) {}

    Ledger(EventReader reader) {
        this.orphans = new Matching(List.of(), reader);
    }

    /** Everything before it is accounted for. */
    long checked() {
        return checked;
    }

    void checkedTo(long offset) {
        checked = Math.max(checked, offset);
    }

    /** Leaves a range out. Ranges come in order. */
    void exclude(long from, long to) {
        Range last = excluded.peekLast();
        if (last != null && last.to == from) {
            excluded.removeLast();
            excluded.add(new Range(last.from, to));
        } else {
            excluded.add(new Range(from, to));
        }
    }

    /** Accounts for the record at an offset; whether it is to be held against the decisions. */
    boolean account(long offset) {
        if (offset < checked) {
            return false;
        }
        checked = offset + 1;
        while (!excluded.isEmpty() && excluded.element().to <= offset) {
            excluded.remove();
        }
        return excluded.isEmpty() || offset < excluded.element().from;
    }

    Matching orphans() {
        return orphans;
    }
}
