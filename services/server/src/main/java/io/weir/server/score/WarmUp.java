package io.weir.server.score;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Selections;
import io.weir.core.policy.Policy;
import io.weir.server.log.EngineLog;
import io.weir.server.log.LogRecord;
import io.weir.server.log.TailReader;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * A second state, built from the beginning of the log by the thread that owns the working one, a slice at a time, and never
 * beyond that: when both have folded the same, the working one adopts what it has selected.
 */
final class WarmUp implements AutoCloseable {
    private final Collection<Policy> policies;
    private final TailReader tail;
    private final DecisionStateMachine machine;
    private final Folding folding;
    private final long[] beginnings;
    /** Polled and not folded yet; all of it lies before the working state's vector. */
    private final Deque<LogRecord> waiting = new ArrayDeque<>();

    /**
     * One that has folded nothing yet.
     *
     * @param policies what they select is kept from the first event on
     */
    WarmUp(EngineLog log, RecordDecoder decoder, Collection<Policy> policies) {
        this.policies = policies;
        this.tail = TailReader.withoutControl(log.open("warm-up"));
        this.machine = new DecisionStateMachine(Selections.of(policies));
        this.folding = new Folding(decoder, machine, null);
        this.beginnings = tail.beginnings();
        for (int partition = 0; partition < beginnings.length; partition++) {
            tail.follow(partition, beginnings[partition], 0);
        }
    }

    /** The policies for which it keeps what they select. */
    Collection<Policy> policies() {
        return policies;
    }

    /** The state so far. */
    DecisionStateMachine machine() {
        return machine;
    }

    /**
     * Folds what comes next.
     *
     * @param positions the working state's vector, up to which it may go
     * @param most records to fold
     * @param timeout how long to wait when there is nothing
     */
    void goOn(long[] positions, int most, Duration timeout) {
        for (int partition = 0; partition < positions.length; partition++) {
            tail.limit(partition, positions[partition]);
        }
        if (waiting.isEmpty()) {
            waiting.addAll(tail.poll(timeout));
        }
        List<LogRecord> next = new ArrayList<>();
        while (next.size() < most && !waiting.isEmpty()) {
            next.add(waiting.remove());
        }
        folding.fold(next);
    }

    /** Whether it has folded exactly what the working state has. */
    boolean isAt(long[] positions) {
        if (!waiting.isEmpty()) {
            return false;
        }
        for (int partition = 0; partition < positions.length; partition++) {
            if (tail.position(partition) < positions[partition]) {
                return false;
            }
        }
        return true;
    }

    /** Offsets that lie before it has folded what the working state has. */
    long remaining(long[] positions) {
        return total(positions) - done();
    }

    /** Offsets that it has passed. */
    long done() {
        long done = -waiting.size();
        for (int partition = 0; partition < beginnings.length; partition++) {
            done += Math.max(0, tail.position(partition) - beginnings[partition]);
        }
        return Math.max(0, done);
    }

    /** Offsets that it has to pass in all. */
    long total(long[] positions) {
        long total = 0;
        for (int partition = 0; partition < positions.length; partition++) {
            total += Math.max(0, positions[partition] - beginnings[partition]);
        }
        return total;
    }

    @Override
    public void close() {
        tail.close();
    }
}
