package io.weir.server.audit;

import io.weir.events.DecisionChain;
import io.weir.events.Sha256;
import io.weir.server.log.LogRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows the hash chain of a partition. Where it breaks, it goes on from what the header says, so that every break is
 * found where it is.
 */
final class ChainCheck {
    private static final String MISSING = "";

    private final int partition;
    private final boolean fromTheBeginning;
    /** The newest head that the group committed, in hexadecimal; null if none is known. */
    private final @Nullable String committedHead;

    private @Nullable String head;
    private boolean committedSeen;
    private long batches;
    private long unchained;
    private long lastOffset = -1;

    /**
     * A chain.
     *
     * @param fromTheBeginning whether the partition begins with its first batch
     * @param committedHead kept with the group's committed position; null if there is none
     */
    ChainCheck(int partition, boolean fromTheBeginning, @Nullable String committedHead) {
        this.partition = partition;
        this.fromTheBeginning = fromTheBeginning;
        this.committedHead = committedHead;
        this.committedSeen = DecisionChain.START.hex().equals(committedHead);
    }

    /**
     * Takes the next batch.
     *
     * @param text its provenance header
     * @param nextLink the chain header of the batch after it; null if there is none
     */
    Link batch(List<LogRecord> records, String text, @Nullable String nextLink) {
        String link = records.getFirst().headers().get(DecisionChain.HEADER);
        String before = head;
        Break found = null;
        if (before == null && fromTheBeginning && link != null) {
            before = DecisionChain.START.hex(); // what came before it, if anything, was written without a chain
        }
        if (before != null && !before.equals(link == null ? MISSING : link)) {
            found = broken(records, link);
        }
        String after = after(link, text, records);
        boolean inserted = nextLink != null && !nextLink.equals(after) && nextLink.equals(before);
        if (inserted) {
            long offset = records.getFirst().offset();
            found = new Break(
                    partition,
                    lastOffset,
                    offset,
                    "the batch at offset " + offset
                            + " was inserted: the one after it continues from the one before it");
        } else {
            head = after;
            batches++;
            unchained += link == null ? 1 : 0;
            lastOffset = records.getLast().offset();
            committedSeen |= after != null && after.equals(committedHead);
        }
        return new Link(found, inserted);
    }

    /** The break at the end, if the newest batch that was committed is not there as it was. */
    @Nullable
    Break atEnd() {
        if (committedHead == null || committedSeen) {
            return null;
        }
        return new Break(
                partition,
                lastOffset,
                lastOffset + 1,
                "the head that was committed with the group's position is not that of any batch: the last batches were "
                        + "altered or removed");
    }

    /** Whether the partition's last head is known to be the right one. */
    boolean anchored() {
        return committedHead != null && committedSeen;
    }

    /** The head after the last batch, in hexadecimal; null if there is none. */
    @Nullable
    String head() {
        return head;
    }

    /** Batches followed. */
    long batches() {
        return batches;
    }

    /** How many of them carry no link. */
    long unchained() {
        return unchained;
    }

    private Break broken(List<LogRecord> records, @Nullable String link) {
        long offset = records.getFirst().offset();
        String detail = link == null
                ? "the batch carries no link, but the one before it did"
                : "the batch at offset " + offset + " does not continue from the one before it: a decision in offsets "
                        + lastOffset + " to " + offset + " or shortly before was altered, removed or inserted";
        return new Break(partition, lastOffset, offset, detail);
    }

    private static @Nullable String after(@Nullable String link, String text, List<LogRecord> records) {
        if (link == null) {
            return null;
        }
        Sha256 before;
        try {
            before = Sha256.parse(link);
        } catch (IllegalArgumentException e) {
            return null;
        }
        DecisionChain chain = DecisionChain.batch(before, text);
        for (LogRecord record : records) {
            byte[] value = record.value();
            chain.add(value == null ? new byte[0] : value);
        }
        return chain.head().hex();
    }

    /**
     * What the chain says of a batch.
     *
     * @param found where it is broken before the batch, or null
     * @param inserted whether the batch does not belong here: the next one continues from the one before it
     */
    record Link(@Nullable Break found, boolean inserted) {}

    /**
     * Where a chain is broken.
     *
     * @param afterOffset of the last decision before the break; -1 if there is none
     * @param offset of the first decision after it
     */
    record Break(int partition, long afterOffset, long offset, String detail) {}
}
