package io.weir.server.audit;

import io.weir.events.DecisionChain;
import io.weir.events.Provenance;
import io.weir.events.Topics;
import io.weir.server.audit.ChainCheck.Break;
import io.weir.server.log.History;
import io.weir.server.log.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The batches of one partition of recorded decisions, one at a time. */
final class DecisionCursor {
    /** Well above what an engine puts in a batch; more without a header is cut here, so that memory is bounded. */
    private static final int MAX_RECORDS = 20_000;

    private final History history;
    private final int partition;
    private final ChainCheck chain;
    private final Consumer<Break> breaks;
    private @Nullable LogRecord lookahead;
    private @Nullable RecordedBatch current;
    private boolean ended;

    /** A cursor at the first batch. */
    DecisionCursor(History history, int partition, ChainCheck chain, Consumer<Break> breaks) {
        this.history = history;
        this.partition = partition;
        this.chain = chain;
        this.breaks = breaks;
        this.lookahead = history.next(Topics.DECISIONS, partition);
        advance();
    }

    /** The batch that it stands at, or null at the end. */
    @Nullable
    RecordedBatch batch() {
        return current;
    }

    /** Goes to the next batch. */
    void advance() {
        LogRecord first = lookahead;
        if (first == null) {
            current = null;
            end();
            return;
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
        current = batch(records, next == null ? null : next.headers().get(DecisionChain.HEADER));
    }

    private void end() {
        Break atEnd = ended ? null : chain.atEnd();
        ended = true;
        if (atEnd != null) {
            breaks.accept(atEnd);
        }
    }

    private RecordedBatch batch(List<LogRecord> records, @Nullable String nextLink) {
        String text = records.getFirst().headers().get(Provenance.HEADER);
        if (text == null) {
            return new RecordedBatch(partition, records, "", null, "no provenance header", false);
        }
        ChainCheck.Link link = chain.batch(records, text, nextLink);
        if (link.found() != null) {
            breaks.accept(link.found());
        }
        try {
            BatchVector vector = BatchVector.parse(text, history.partitions());
            String fault = fault(vector);
            return new RecordedBatch(partition, records, text, fault == null ? vector : null, fault, link.inserted());
        } catch (IllegalArgumentException e) {
            String fault = "its provenance header cannot be read";
            return new RecordedBatch(partition, records, text, null, fault, link.inserted());
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
