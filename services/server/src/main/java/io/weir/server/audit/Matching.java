package io.weir.server.audit;

import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.MalformedValueException;
import io.weir.events.TransactionDecided;
import io.weir.server.log.LogRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds for each recomputed decision the recorded one that belongs to it. */
final class Matching {
    private final List<LogRecord> records;
    private final EventReader reader;
    private int next;
    /** What is left, decoded, once something did not match in order. */
    private @Nullable List<Candidate> left;

    /**
     * A recorded decision.
     *
     * @param decision null if the bytes are no decision
     */
    record Candidate(LogRecord record, @Nullable TransactionDecided decision) {}

    Matching(List<LogRecord> records, EventReader reader) {
        this.records = records;
        this.reader = reader;
    }

    /**
     * The recorded decision that belongs to a recomputed one; null if there is none. In order, as nearly always, nothing is
     * decoded; otherwise by source offset, then by id, then what cannot be decoded.
     */
    @Nullable
    LogRecord take(TransactionDecided recomputed, byte[] bytes) {
        if (left == null
                && next < records.size()
                && Arrays.equals(records.get(next).value(), bytes)) {
            return records.get(next++);
        }
        List<Candidate> candidates = left();
        Candidate found = remove(candidates, c -> c.decision != null && isOf(recomputed, c.decision));
        if (found == null) {
            found = remove(
                    candidates,
                    c -> c.decision != null
                            && c.decision.transactionId().equals(recomputed.transactionId())
                            && c.decision.accountId().equals(recomputed.accountId()));
        }
        if (found == null) {
            found = remove(candidates, c -> c.decision == null);
        }
        return found == null ? null : found.record;
    }

    /** What was not taken; to be changed by whoever asks. */
    List<Candidate> left() {
        if (left == null) {
            left = new ArrayList<>();
            for (LogRecord record : records.subList(next, records.size())) {
                left.add(new Candidate(record, decode(reader, record)));
            }
        }
        return left;
    }

    /** Adds what other batches left over. */
    void add(Candidate candidate) {
        left().add(candidate);
    }

    /** Whether everything was taken. */
    boolean isEmpty() {
        return left == null ? next == records.size() : left.isEmpty();
    }

    static @Nullable TransactionDecided decode(EventReader reader, LogRecord record) {
        try {
            Event event = reader.read(record.value());
            return event instanceof TransactionDecided decided ? decided : null;
        } catch (MalformedValueException e) {
            return null;
        }
    }

    private static boolean isOf(TransactionDecided a, TransactionDecided b) {
        return a.sourcePartition() == b.sourcePartition() && a.sourceOffset() == b.sourceOffset();
    }

    private static @Nullable Candidate remove(List<Candidate> candidates, Predicate<Candidate> which) {
        for (Iterator<Candidate> all = candidates.iterator(); all.hasNext(); ) {
            Candidate candidate = all.next();
            if (which.test(candidate)) {
                all.remove();
                return candidate;
            }
        }
        return null;
    }
}
