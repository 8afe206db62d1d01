package io.weir.server.log.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

/** The coordinator of transactions. */
final class MemoryTransactions {
    private final RandomGenerator random;
    private final MemoryGroup group;
    private final Map<String, Integer> epochs = new HashMap<>();
    /** Open, or with markers to come; in the order of their beginning. */
    private final List<MemoryTransaction> unfinished = new ArrayList<>();

    private int decided;

    MemoryTransactions(RandomGenerator random, MemoryGroup group) {
        this.random = random;
        this.group = group;
    }

    /** A new epoch; whatever was under way under the id ends, with its markers, before this returns. */
    int init(String transactionalId) {
        for (MemoryTransaction transaction : List.copyOf(unfinished)) {
            if (transaction.transactionalId().equals(transactionalId)) {
                finish(transaction);
            }
        }
        return epochs.merge(transactionalId, 1, Integer::sum);
    }

    /** Begins one when all markers of the producer's last one are there. */
    MemoryTransaction begin(String transactionalId, Object writer) {
        for (MemoryTransaction transaction : List.copyOf(unfinished)) {
            if (transaction.transactionalId().equals(transactionalId)) {
                writeMarkers(transaction);
            }
        }
        MemoryTransaction begun = new MemoryTransaction(transactionalId, writer);
        unfinished.add(begun);
        return begun;
    }

    boolean isCurrent(String transactionalId, int epoch) {
        return epochs.getOrDefault(transactionalId, 0) == epoch;
    }

    void requireCurrent(String transactionalId, int epoch) {
        if (!isCurrent(transactionalId, epoch)) {
            throw random.nextBoolean()
                    ? new ProducerFencedException(transactionalId + " has a newer epoch than " + epoch)
                    : new InvalidProducerEpochException(transactionalId + " has a newer epoch than " + epoch);
        }
    }

    void decide(MemoryTransaction transaction, boolean commit) {
        transaction.decide(commit, ++decided);
        if (transaction.isMarked()) {
            unfinished.remove(transaction);
        }
    }

    /** Writes one of the markers that are to come, if there is any. */
    void writeSomeMarker() {
        List<MemoryTransaction> toMark =
                unfinished.stream().filter(transaction -> !transaction.isOpen()).toList();
        if (!toMark.isEmpty()) {
            MemoryTransaction transaction = toMark.get(random.nextInt(toMark.size()));
            mark(transaction, random.nextInt(transaction.markersToCome()));
        }
    }

    /** Writes the marker of a decided transaction that is to come to the group. */
    void markPositions(MemoryTransaction transaction) {
        mark(transaction, transaction.markersToCome() - 1);
    }

    /** Aborts one of those that are open, for it has been so for too long. */
    void timeOutSome() {
        List<MemoryTransaction> open =
                unfinished.stream().filter(MemoryTransaction::isOpen).toList();
        if (!open.isEmpty()) {
            timeOut(open.get(random.nextInt(open.size())));
        }
    }

    void timeOut(MemoryTransaction transaction) {
        epochs.merge(transaction.transactionalId(), 1, Integer::sum);
        decide(transaction, false);
    }

    /** Writes all markers that are to come of a decided transaction. */
    void writeMarkers(MemoryTransaction transaction) {
        while (!transaction.isMarked()) {
            mark(transaction, random.nextInt(transaction.markersToCome()));
        }
        unfinished.remove(transaction);
    }

    /** Every open transaction times out, and every marker comes. */
    void finishAll() {
        List.copyOf(unfinished).forEach(this::finish);
    }

    private void mark(MemoryTransaction transaction, int index) {
        transaction.mark(index, group);
        if (transaction.isMarked()) {
            unfinished.remove(transaction);
        }
    }

    private void finish(MemoryTransaction transaction) {
        if (transaction.isOpen()) {
            timeOut(transaction);
        }
        writeMarkers(transaction);
    }
}
