package io.weir.core.decide;

import io.weir.events.Event;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A seeded log of transactions with everything that makes life hard: late events, events beyond the horizon, ties in time
 * and amount, retries, conflicts, labels that flip, labels on what is unknown, events that are not admitted. Accounts are
 * spread over partitions by hash.
 */
final class RandomLog {
    static final int PARTITIONS = 4;

    private static final long BASE = 1_700_000_000_000L;
    private static final long DAY = 86_400_000L;
    /** Distances between neighbouring event times; with the largest one, a log spans many horizons. */
    private static final long[] STEPS = {1, 1_000, 60_000, 3_600_000L, DAY, 3 * DAY + 1, 40 * DAY};

    private static final long[] AMOUNTS = {0, 1, 1, 2, 999, 1_000, 123_457, Admission.MAX_AMOUNT_MINOR};

    /** The distance between neighbouring event times in this log, in milliseconds. */
    final long stepMs;

    /** All records, in the order in which they were written; partitions are interleaved. */
    final List<Entry> entries = new ArrayList<>();

    private final Random random;
    private final int accounts;
    private final int entities;
    private final long[] nextOffset = new long[PARTITIONS];
    private int position;

    /**
     * A record of the log.
     *
     * @param partition where it lies
     * @param offset where it lies there
     */
    record Entry(Event event, int partition, long offset) {
        @Override
        public String toString() {
            return partition + "/" + offset + " " + event;
        }
    }

    RandomLog(long seed, int size) {
        random = new Random(seed);
        stepMs = STEPS[random.nextInt(STEPS.length)];
        accounts = 1 + random.nextInt(8);
        entities = 1 + random.nextInt(3);
        while (entries.size() < size) {
            append(next());
        }
    }

    /** The records of one partition, in order. */
    List<Entry> partition(int partition) {
        return entries.stream().filter(entry -> entry.partition == partition).toList();
    }

    private void append(Event event) {
        int partition = Math.floorMod(event.key().hashCode(), PARTITIONS);
        // offsets have gaps, as transaction markers leave them
        nextOffset[partition] += 1 + random.nextInt(2);
        entries.add(new Entry(event, partition, nextOffset[partition]));
    }

    private Event next() {
        TransactionSubmitted earlier = earlier();
        int kind = random.nextInt(100);
        if (earlier == null || kind < 62) {
            return fresh().event();
        }
        if (kind < 68) {
            return copy(earlier)
                    .receivedAt(earlier.receivedAtMs() + random.nextInt(5_000))
                    .event();
        }
        if (kind < 72) {
            return copy(earlier)
                    .amount(earlier.amountMinor() == 0 ? 1 : earlier.amountMinor() - 1)
                    .event();
        }
        if (kind < 75) {
            Submission future = fresh();
            return future.receivedAt(future.occurredAtMs - Admission.FUTURE_TOLERANCE_MS - 1)
                    .event();
        }
        if (kind < 76) {
            return fresh().amount(-1).event();
        }
        String id = random.nextInt(10) == 0 ? "unknown" : earlier.transactionId();
        String account = random.nextInt(15) == 0 ? "a" + random.nextInt(accounts) : earlier.accountId();
        long now = BASE + position * stepMs;
        return new TransactionLabelled(id, account, now, now, random.nextInt(3) > 0, null);
    }

    private Submission fresh() {
        // mostly forward; ties are common, late events frequent, and a few are very late
        position += random.nextInt(3) == 0 ? random.nextInt(4) : 0;
        int back = random.nextInt(5) == 0 ? random.nextInt(1 + position) : random.nextInt(2);
        Submission submission = Submission.of("t" + entries.size())
                .account("a" + random.nextInt(accounts))
                .at(BASE + Math.max(0, position - back) * stepMs)
                .amount(AMOUNTS[random.nextInt(AMOUNTS.length)])
                .terminal(entity("T"));
        submission.merchantId = entity("M");
        submission.deviceId = entity("D");
        submission.ip = entity("I");
        submission.counterpartyId = entity("C");
        return submission;
    }

    private @Nullable String entity(String prefix) {
        int number = random.nextInt(entities + 1);
        return number == 0 ? null : prefix + number;
    }

    private @Nullable TransactionSubmitted earlier() {
        if (entries.isEmpty()) {
            return null;
        }
        int back = random.nextInt(4) == 0 ? entries.size() : Math.min(entries.size(), 12);
        Event event = entries.get(entries.size() - 1 - random.nextInt(back)).event;
        return event instanceof TransactionSubmitted transaction ? transaction : null;
    }

    private static Submission copy(TransactionSubmitted transaction) {
        Submission copy = Submission.of(transaction.transactionId())
                .account(transaction.accountId())
                .at(transaction.occurredAtMs())
                .receivedAt(transaction.receivedAtMs())
                .amount(transaction.amountMinor())
                .terminal(transaction.terminalId());
        copy.merchantId = transaction.merchantId();
        copy.deviceId = transaction.deviceId();
        copy.ip = transaction.ip();
        copy.counterpartyId = transaction.counterpartyId();
        return copy;
    }
}
