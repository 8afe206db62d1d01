package io.weir.server.score;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.server.log.CommittedPosition;
import io.weir.server.log.EngineLog;
import io.weir.server.log.LogRecord;
import io.weir.server.log.ReadAhead;
import io.weir.server.log.TailReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Folds the stretch of the transaction log between the snapshots and what the group has committed. Its end is known, so it
 * can be read ahead of: while one batch is folded, the next is fetched, unpacked and decoded in the background. Two batches
 * are held at most.
 */
final class CatchUp implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final TailReader tail;
    private final RecordDecoder decoder;
    private final Folding folding;
    private final long[] ends;
    private final ReadAhead<Batch> batches;
    private long records;

    /** What was read at a time. */
    private record Batch(List<Folding.Decoded> decoded, int records) {}

    /**
     * A catch-up; {@link #goOn} does it.
     *
     * @param decoder of the engine's thread; another one is made of it for the background
     * @param machine has the snapshots
     * @param from by partition, the first offset to fold
     * @param committed where each partition ends; one that has no position is not read
     */
    CatchUp(
            EngineLog engineLog,
            RecordDecoder decoder,
            DecisionStateMachine machine,
            long[] from,
            Map<Integer, CommittedPosition> committed) {
        this.decoder = decoder.another();
        this.folding = new Folding(decoder, machine, null);
        this.tail = TailReader.withoutControl(engineLog.open("replay"));
        this.ends = from.clone();
        committed.forEach((partition, position) -> {
            if (position.offset() > from[partition]) {
                ends[partition] = position.offset();
                tail.follow(partition, from[partition], position.offset());
            }
        });
        this.batches = new ReadAhead<>(engineLog.background(), this::read);
    }

    /** Folds the next batch; returns whether everything has been folded. */
    boolean goOn() {
        Batch batch = batches.take();
        if (batch == null) {
            return true;
        }
        folding.foldDecoded(batch.decoded);
        records += batch.records;
        return false;
    }

    /** How many records have been folded. */
    long records() {
        return records;
    }

    /** By partition, the offset before which everything has been folded at the end. */
    long[] ends() {
        return ends;
    }

    /** Waits for what is being read, no longer than a poll does: its consumer is used by one thread at a time. */
    @Override
    public void close() {
        batches.close();
        tail.close();
    }

    private @Nullable Batch read() {
        if (IntStream.range(0, ends.length).allMatch(tail::reached)) {
            return null;
        }
        List<LogRecord> polled = tail.poll(POLL);
        return new Batch(Folding.decode(polled, decoder), polled.size());
    }
}
