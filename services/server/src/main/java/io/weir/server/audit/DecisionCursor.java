package io.weir.server.audit;

import io.weir.events.DecisionChain;
import io.weir.events.Provenance;
import io.weir.events.Topics;
import io.weir.server.audit.ChainCheck.Break;
import io.weir.server.log.History;
import io.weir.server.log.LogRecord;
import io.weir.server.log.ReadAhead;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one partition of recorded decisions, one at a time; the next is read, and the chain followed along it, in
 * the background.
 */
final class DecisionCursor {
    /** Well above what an engine puts in a batch; more without a header is cut here, so that memory is bounded. */
    private static final int MAX_RECORDS = 20_000;

    private final History history;
    private final int partition;
    private final ChainCheck chain;
    private final Consumer<Break> breaks;
    private final ReadAhead<Chained> ahead;
    private @Nullable RecordedBatch current;
    private boolean ended;
    /** In the background: the first record of the next batch, once {@code begun}. */
    private @Nullable LogRecord lookahead;

    private boolean begun;

    /**
     * A batch and what the chain says about it.
     *
     * @param broken before the batch; null if it is not
     */
    private record Chained(RecordedBatch batch, @Nullable Break broken) {}

    /** A cursor at the first batch. */
    DecisionCursor(History history, int partition, ChainCheck chain, Consumer<Break> breaks) {
        this.history = history;
        this.partition = partition;
        this.chain = chain;
        this.breaks = breaks;
        this.ahead = new ReadAhead<>(history.background(), this::read);
        advance();
    }

    /** The batch that it stands at, or null at the end. */
    @Nullable
    RecordedBatch batch() {
        return current;
    }

    /** Goes to the next batch. */
    void advance() {
        Chained next = ahead.take();
        current = next == null ? null : next.batch;
        Break broken = next == null ? atEnd() : next.broken;
        if (broken != null) {
            breaks.accept(broken);
        }
    }

    private @Nullable Break atEnd() {
        Break found = ended ? null : chain.atEnd();
        ended = true;
        return found;
    }

    private @Nullable Chained read() {
        LogRecord first = begun ? lookahead : history.next(Topics.DECISIONS, partition);
        begun = true;
        if (first == null) {
            return null;
        }
        List<LogRecord> records = new ArrayList<>();
        records.add(first);
        LogRecord next;
        while ((next = history.next(Topics.DECISIONS, partition)) != null
                && next.headers().get(Provenance.HEADER) == null
                && records.size() < MAX_RECORDS) {
            records.add(next);
        }
        lookahead = next;
        return batch(records, next == null ? null : next.headers().get(DecisionChain.HEADER));
    }

    private Chained batch(List<LogRecord> records, @Nullable String nextLink) {
        String text = records.getFirst().headers().get(Provenance.HEADER);
        if (text == null) {
            return new Chained(new RecordedBatch(partition, records, "", null, "no provenance header", false), null);
        }
        ChainCheck.Link link = chain.batch(records, text, nextLink);
        return new Chained(batch(records, text, link.inserted()), link.found());
    }

    private RecordedBatch batch(List<LogRecord> records, String text, boolean inserted) {
        try {
            BatchVector vector = BatchVector.parse(text, history.partitions());
            String fault = fault(vector);
            return new RecordedBatch(partition, records, text, fault == null ? vector : null, fault, inserted);
        } catch (IllegalArgumentException e) {
            String fault = "its provenance header cannot be read";
            return new RecordedBatch(partition, records, text, null, fault, inserted);
        }
    }

    private @Nullable String fault(BatchVector vector) {
        if (vector.after(partition) == vector.before(partition)) {
            return "its provenance does not cover its own partition";
        }
        if (vector.control() > history.end(Topics.CONTROL, 0)) {
            return "its provenance names control records that the log does not have";
        }
        for (int i = 0; i < vector.partitions(); i++) {
            if (vector.after(i) > history.end(Topics.TRANSACTIONS, i)) {
                return "its provenance names transactions that the log does not have";
            }
        }
        return null;
    }
}
