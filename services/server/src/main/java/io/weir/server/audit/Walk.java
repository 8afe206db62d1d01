package io.weir.server.audit;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Selections;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.server.log.History;
import io.weir.server.log.History.Committed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Goes along the recorded decisions and decides again, each batch at the position vector that it was decided at.
 *
 * <p>One machine can decide only batches whose vectors follow one another; engines that worked side by side have vectors
 * that do not. So there is a walker for each of them: a walker is forked when a batch would lead it past where another of
 * its partitions has to be decided, and dropped when no partition is left to it. Batches are taken in causal order: none
 * before those whose events it had folded.
 */
final class Walk {
    /** Records kept for slower walkers before these are led on. */
    private static final long MANY = 50_000;

    private final History history;
    private final PolicyTimeline policies;
    private final AuditFilter filter;
    private final Visitor visitor;
    private final Start start;
    private final Known known;
    private final int partitions;
    private final List<DecisionCursor> cursors = new ArrayList<>();
    private final List<ChainCheck> chains = new ArrayList<>();
    private final List<Walker> walkers = new ArrayList<>();
    private final Decider decider;
    private int mostWalkers = 1;

    /**
     * Where a walk begins.
     *
     * @param machine with the state at {@code positions}
     * @param positions by partition, the offset of the first transaction to fold
     * @param verifiableFrom the state is right from here on; at {@code positions}, unless it comes from snapshots, which
     *     contain some things that lie ahead
     * @param known the accounts and entities in the state
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Start(DecisionStateMachine machine, long[] positions, long[] verifiableFrom, Known known) {

        /** At the beginning of the log, with no state. */
        static Start ofLog(History history, Selections kept) {
            long[] positions = new long[history.partitions()];
            for (int partition = 0; partition < positions.length; partition++) {
                positions[partition] = history.start(Topics.TRANSACTIONS, partition);
            }
            return new Start(new DecisionStateMachine(kept), positions, positions, new Known());
        }

        /** Whether anything can be verified at all. */
        boolean isVerifiable() {
            return Arrays.stream(verifiableFrom).noneMatch(from -> from == Long.MAX_VALUE);
        }

        /** At the beginning of a log whose own beginning is lost. */
        static Start nothingVerifiable(History history, Selections kept) {
            Start start = ofLog(history, kept);
            long[] never = new long[start.positions.length];
            Arrays.fill(never, Long.MAX_VALUE);
            return new Start(start.machine, start.positions, never, start.known);
        }
    }

    Walk(
            History history,
            SchemaIds schemaIds,
            PolicyTimeline policies,
            AuditFilter filter,
            Start start,
            Visitor visitor) {
        this.history = history;
        this.policies = policies;
        this.filter = filter;
        this.visitor = visitor;
        this.start = start;
        this.known = start.known();
        this.partitions = history.partitions();
        for (int partition = 0; partition < partitions; partition++) {
            history.startAt(Topics.TRANSACTIONS, partition, start.positions()[partition]);
        }
        for (int partition = 0; partition < partitions; partition++) {
            Committed committed = history.committed().get(partition);
            String head = committed == null || committed.metadata().isEmpty() ? null : committed.metadata();
            ChainCheck chain = new ChainCheck(partition, history.start(Topics.DECISIONS, partition) == 0, head);
            chains.add(chain);
            cursors.add(new DecisionCursor(history, partition, chain, visitor::broken));
        }
        decider = new Decider(history, schemaIds, policies, visitor, this::read);
        for (int partition = 0; partition < partitions; partition++) {
            decider.ledger(partition).checkedTo(Math.max(firstToCheck(partition), start.verifiableFrom()[partition]));
        }
        Walker first = new Walker(start.machine(), start.positions());
        for (int partition = 0; partition < partitions; partition++) {
            first.attached().add(partition);
        }
        walkers.add(first);
    }

    /**
     * Walks to the end.
     *
     * @param cancelled asked before each batch
     * @return whether it came to the end
     */
    boolean run(BooleanSupplier cancelled) {
        passSnapshots();
        RecordedBatch batch;
        while ((batch = next()) != null) {
            if (cancelled.getAsBoolean()) {
                return false;
            }
            walk(batch);
            tidy();
        }
        finish();
        return true;
    }

    /** The chain of a partition, as far as it was followed. */
    ChainCheck chain(int partition) {
        return chains.get(partition);
    }

    /** The most walkers that were needed at a time: about as many as engines worked side by side. */
    int mostWalkers() {
        return mostWalkers;
    }

    /** Before the first decision everything that some snapshot contains must lie behind. */
    private void passSnapshots() {
        if (!start.isVerifiable()) {
            return;
        }
        Walker first = walkers.getFirst();
        for (int partition = 0; partition < partitions; partition++) {
            decider.fold(first, partition, start.verifiableFrom()[partition], 0);
        }
        first.machine().restored();
    }

    private void read(int partition, Tape.Entry entry) {
        if (entry.event() != null) {
            known.add(partition, entry.event());
        }
        visitor.read(partition, entry);
    }

    /** Decisions on earlier transactions may have been deleted by retention. */
    private long firstToCheck(int partition) {
        RecordedBatch batch = cursors.get(partition).batch();
        boolean whole = history.start(Topics.DECISIONS, partition) == 0;
        while (batch != null && batch.vector() == null && !whole) {
            decider.pass(batch, "before retention: the beginning of its batch has been deleted");
            cursors.get(partition).advance();
            batch = cursors.get(partition).batch();
        }
        return whole || batch == null
                ? start.positions()[partition]
                : batch.position().before(partition);
    }

    /** The batch to walk next, or null when there is none. What cannot be walked is dealt with on the way. */
    private @Nullable RecordedBatch next() {
        RecordedBatch earliest = null;
        RecordedBatch first = null;
        for (DecisionCursor cursor : cursors) {
            RecordedBatch batch = walkable(cursor);
            if (batch == null) {
                continue;
            }
            if (earliest == null
                    || batch.position().total() < earliest.position().total()) {
                earliest = batch;
            }
        }
        for (DecisionCursor cursor : cursors) {
            RecordedBatch batch = cursor.batch();
            if (batch != null
                    && (first == null
                            || batch.position().total() < first.position().total())
                    && !followsAnother(batch)) {
                first = batch;
            }
        }
        return first != null ? first : earliest;
    }

    /** Whether it had folded the events of a batch that has not been walked. */
    private boolean followsAnother(RecordedBatch batch) {
        for (DecisionCursor cursor : cursors) {
            RecordedBatch other = cursor.batch();
            if (other != null
                    && !other.text().equals(batch.text())
                    && other.position().after(other.partition())
                            <= batch.position().before(other.partition())) {
                return true;
            }
        }
        return false;
    }

    private @Nullable RecordedBatch walkable(DecisionCursor cursor) {
        RecordedBatch batch;
        while ((batch = cursor.batch()) != null) {
            int partition = batch.partition();
            if (batch.inserted()) {
                batch.records()
                        .forEach(record -> visitor.unexpected(
                                partition, record, "the chain of the batches around it goes past it: it was inserted"));
            } else if (batch.vector() == null) {
                decider.adopt(batch);
            } else if (!batch.vector().reachableFrom(start.verifiableFrom(), 0)) {
                decider.pass(batch, "before retention: the transactions that its state was made of have been deleted");
                exclude(batch);
            } else if (batch.vector().before(partition)
                    < decider.ledger(partition).checked()) {
                decider.adopt(batch);
            } else if (filter.excludes(batch)) {
                exclude(batch);
            } else {
                return batch;
            }
            cursor.advance();
        }
        return null;
    }

    private void exclude(RecordedBatch batch) {
        int partition = batch.partition();
        decider.ledger(partition)
                .exclude(batch.position().before(partition), batch.position().after(partition));
    }

    private void walk(RecordedBatch batch) {
        BatchVector vector = batch.position();
        Walker walker = walkerFor(batch);
        if (walker == null) {
            for (DecisionCursor cursor : cursors) {
                RecordedBatch same = cursor.batch();
                if (same != null && same.text().equals(batch.text())) {
                    decider.pass(same, "its position vector runs backwards: its header, or one before it, was altered");
                    exclude(same);
                    cursor.advance();
                }
            }
            return;
        }
        walker.control(policies, vector.control());
        for (int partition = 0; partition < partitions; partition++) {
            decider.fold(walker, partition, vector.before(partition), nextBatch(partition));
        }
        for (int partition = 0; partition < partitions; partition++) {
            if (vector.owns(partition)) {
                own(walker, partition, batch);
            }
        }
    }

    private void own(Walker walker, int partition, RecordedBatch batch) {
        DecisionCursor cursor = cursors.get(partition);
        RecordedBatch here = cursor.batch();
        RecordedBatch recorded = here != null && here.text().equals(batch.text()) ? here : null;
        long to = batch.position().after(partition);
        if (recorded != null && walker.policy() == null) {
            decider.pass(recorded, "no policy is active at its position that can be used here");
            decider.ledger(partition).exclude(batch.position().before(partition), to);
            decider.fold(walker, partition, to, to);
        } else {
            // While the engines work on, the newest batch may have been visible in one partition and not yet in
            // another.
            boolean readOn = here != null;
            decider.decide(walker, partition, to, readOn ? Long.MAX_VALUE : nextBatch(partition), recorded);
        }
        if (recorded != null) {
            cursor.advance();
        }
        RecordedBatch following = cursor.batch();
        if (following == null || following.vector() == null || batch.position().precedes(following.vector())) {
            walkers.forEach(other -> other.attached().remove(partition));
            walker.attached().add(partition);
        }
    }

    /** Where a partition's next recorded batch begins; after the last, where the engines had come to. */
    private long nextBatch(int partition) {
        RecordedBatch batch = cursors.get(partition).batch();
        if (batch != null) {
            return batch.vector() == null ? 0 : batch.vector().before(partition);
        }
        Committed committed = history.committed().get(partition);
        return committed == null ? 0 : committed.offset();
    }

    /** One that can come to the batch and whose other partitions do not mind; forked, if all of them do. Null if none can. */
    private @Nullable Walker walkerFor(RecordedBatch batch) {
        Walker able = null;
        Walker free = null;
        for (Walker walker : walkers) {
            if (walker.canReach(batch.position())) {
                able = able == null || walker.attached().contains(batch.partition()) ? walker : able;
                if (isFree(walker, batch) && (free == null || walker.attached().contains(batch.partition()))) {
                    free = walker;
                }
            }
        }
        if (free != null || able == null) {
            return free;
        }
        Walker fork = able.fork(known);
        walkers.add(fork);
        mostWalkers = Math.max(mostWalkers, walkers.size());
        return fork;
    }

    private boolean isFree(Walker walker, RecordedBatch batch) {
        for (int partition : walker.attached()) {
            RecordedBatch other = cursors.get(partition).batch();
            if (other != null
                    && other.vector() != null
                    && !other.text().equals(batch.text())
                    && !batch.position().precedes(other.vector())) {
                return false;
            }
        }
        return true;
    }

    /** Drops walkers that have nothing to decide any more, and leads slow ones on if much is kept for them. */
    private void tidy() {
        for (DecisionCursor cursor : cursors) {
            var unused = walkable(cursor);
        }
        for (Walker walker : List.copyOf(walkers)) {
            boolean needed = walker.attached().stream()
                    .anyMatch(partition -> cursors.get(partition).batch() != null);
            if (!needed && walkers.size() > 1) {
                walkers.remove(walker);
            }
        }
        if (decider.trim(walkers) > MANY && walkers.size() > 1) {
            walkers.forEach(this::leadOn);
            decider.trim(walkers);
        }
    }

    /** Folds as far as none of its partitions' next batches minds. */
    private void leadOn(Walker walker) {
        for (int partition = 0; partition < partitions; partition++) {
            long to = Long.MAX_VALUE;
            for (int attached : walker.attached()) {
                RecordedBatch batch = cursors.get(attached).batch();
                if (batch != null && batch.vector() != null) {
                    to = Math.min(to, batch.vector().before(partition));
                }
            }
            if (to < Long.MAX_VALUE && to > walker.position(partition)) {
                decider.fold(walker, partition, to, nextBatch(partition));
            }
        }
    }

    /** Whatever the engines have committed has been decided: what is left must not need a decision. */
    private void finish() {
        Walker last = walkers.getFirst();
        walkers.subList(1, walkers.size()).clear();
        last.control(policies, history.end(Topics.CONTROL, 0));
        for (int partition = 0; partition < partitions; partition++) {
            decider.fold(last, partition, history.end(Topics.TRANSACTIONS, partition), nextBatch(partition));
            decider.trim(walkers);
        }
        decider.finish();
    }
}
