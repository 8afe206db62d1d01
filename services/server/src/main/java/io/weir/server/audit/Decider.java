package io.weir.server.audit;

import io.weir.core.decide.Outcome;
import io.weir.events.EventReader;
import io.weir.events.EventWriter;
import io.weir.events.SchemaIds;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import io.weir.server.audit.Visitor.Redecided;
import io.weir.server.log.History;
import io.weir.server.log.LogRecord;
import io.weir.server.score.RecordDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leads walkers along the transactions, decides again, and holds each transaction against the recorded decisions once. */
final class Decider {
    private static final int MAX_ORPHANS = 50_000;
    private static final String HEADLESS =
            "no provenance header says at which positions it was decided: its batch's first record is missing or altered";

    private final PolicyTimeline policies;
    private final Visitor visitor;
    private final EventReader reader;
    private final EventWriter writer;
    private final Tape[] tapes;
    private final Ledger[] ledgers;

    Decider(History history, SchemaIds schemaIds, PolicyTimeline policies, Visitor visitor, Tape.Reader read) {
        this.policies = policies;
        this.visitor = visitor;
        this.reader = new EventReader(schemaIds);
        this.writer = new EventWriter(schemaIds);
        int partitions = history.partitions();
        tapes = new Tape[partitions];
        ledgers = new Ledger[partitions];
        RecordDecoder decoder = new RecordDecoder(schemaIds, history::partitions);
        for (int partition = 0; partition < partitions; partition++) {
            tapes[partition] = new Tape(history, partition, decoder, read);
            ledgers[partition] = new Ledger(reader);
        }
    }

    Ledger ledger(int partition) {
        return ledgers[partition];
    }

    /**
     * Folds a partition up to an offset. What lies between two recorded batches is decided by the first walker that comes
     * by: no decision must come of it, or one is missing.
     *
     * @param nextBatch where the partition's next recorded batch begins
     */
    void fold(Walker walker, int partition, long to, long nextBatch) {
        Tape tape = tapes[partition];
        Tape.Entry entry;
        while ((entry = tape.at(walker.index(partition))) != null && entry.offset() < to) {
            if (entry.offset() < nextBatch && ledgers[partition].account(entry.offset())) {
                between(walker, partition, entry);
            } else {
                walker.fold(partition, entry);
            }
            walker.passed(partition, entry);
        }
        walker.reached(partition, to);
    }

    /**
     * Decides a batch's own range of a partition.
     *
     * @param judgeTo offset from which on nothing can be held against the decisions, which were not read so far
     * @param batch that the decisions of this partition are recorded in; null if none is recorded
     */
    void decide(Walker walker, int partition, long to, long judgeTo, @Nullable RecordedBatch batch) {
        Tape tape = tapes[partition];
        Ledger ledger = ledgers[partition];
        Matching recorded = batch == null ? ledger.orphans() : new Matching(batch.records(), reader);
        Tape.Entry entry;
        while ((entry = tape.at(walker.index(partition))) != null && entry.offset() < to) {
            if (entry.offset() >= judgeTo || !ledger.account(entry.offset())) {
                walker.fold(partition, entry);
            } else if (walker.decide(partition, entry) instanceof Outcome.Decided decided) {
                found(walker, partition, entry, decided, recorded, batch);
            }
            walker.passed(partition, entry);
        }
        walker.reached(partition, to);
        ledger.checkedTo(Math.min(to, judgeTo));
        if (batch != null && !recorded.isEmpty()) {
            settle(partition, recorded.left(), to);
        }
    }

    /** Nothing can be said of a batch's decisions; its transactions are folded when a walker comes by. */
    void pass(RecordedBatch batch, String reason) {
        for (LogRecord record : batch.records()) {
            visitor.notVerifiable(batch.partition(), record, reason);
        }
    }

    /** Decisions without a header of their own may belong to batches that the other partitions tell of. */
    void adopt(RecordedBatch batch) {
        settle(batch.partition(), new Matching(batch.records(), reader).left(), ledgers[batch.partition()].checked());
    }

    /** What no transaction has claimed until the end. */
    void finish() {
        for (int partition = 0; partition < ledgers.length; partition++) {
            for (Matching.Candidate candidate : ledgers[partition].orphans().left()) {
                visitor.unexpected(partition, candidate.record(), "no such transaction was decided");
            }
        }
    }

    /** Forgets what every walker has passed; the most that is kept of any partition. */
    long trim(List<Walker> walkers) {
        long most = 0;
        for (int partition = 0; partition < tapes.length; partition++) {
            long slowest = Long.MAX_VALUE;
            for (Walker walker : walkers) {
                slowest = Math.min(slowest, walker.index(partition));
            }
            tapes[partition].forgetBefore(slowest);
            most = Math.max(most, tapes[partition].size());
        }
        return most;
    }

    private void between(Walker walker, int partition, Tape.Entry entry) {
        if (!(walker.decide(partition, entry) instanceof Outcome.Decided decided)) {
            return;
        }
        byte[] bytes = writer.write(decided.decision());
        LogRecord orphan = ledgers[partition].orphans().take(decided.decision(), bytes);
        if (orphan == null) {
            tell(walker, partition, entry, decided, bytes, null, null);
        } else {
            visitor.notVerifiable(partition, orphan, HEADLESS);
        }
    }

    private void found(
            Walker walker,
            int partition,
            Tape.Entry entry,
            Outcome.Decided decided,
            Matching recorded,
            @Nullable RecordedBatch batch) {
        byte[] bytes = writer.write(decided.decision());
        LogRecord record = recorded.take(decided.decision(), bytes);
        if (record == null && batch != null) {
            record = ledgers[partition].orphans().take(decided.decision(), bytes);
        }
        tell(walker, partition, entry, decided, bytes, record, batch);
    }

    private void tell(
            Walker walker,
            int partition,
            Tape.Entry entry,
            Outcome.Decided decided,
            byte[] bytes,
            @Nullable LogRecord record,
            @Nullable RecordedBatch batch) {
        String problem = record == null ? null : policyProblem(decided, record, bytes);
        if (record != null && problem != null) {
            visitor.notVerifiable(partition, record, problem);
            return;
        }
        boolean identical = record != null && identical(record, decided.decision(), bytes);
        if (entry.event() instanceof TransactionSubmitted transaction) {
            visitor.decided(new Redecided(
                    partition, entry, transaction, decided, bytes, record, identical, batch, walker.machine()));
        }
    }

    /** A policy that decided then and cannot be used here is no divergence. */
    private @Nullable String policyProblem(Outcome.Decided decided, LogRecord record, byte[] bytes) {
        if (Arrays.equals(record.value(), bytes)) {
            return null;
        }
        TransactionDecided then = Matching.decode(reader, record);
        return then == null || then.policySha256().equals(decided.decision().policySha256())
                ? null
                : policies.problem(then.policySha256());
    }

    /** The same bytes; or, where another version of the schema was used, the same content. */
    private boolean identical(LogRecord record, TransactionDecided decision, byte[] bytes) {
        byte[] value = record.value();
        if (!Arrays.equals(record.key(), decision.key().getBytes(StandardCharsets.UTF_8))) {
            return false;
        }
        if (Arrays.equals(value, bytes)) {
            return true;
        }
        boolean otherSchema = value != null
                && value.length > EventWriter.HEADER_BYTES
                && !Arrays.equals(value, 0, EventWriter.HEADER_BYTES, bytes, 0, EventWriter.HEADER_BYTES);
        return otherSchema && decision.equals(Matching.decode(reader, record));
    }

    private void settle(int partition, List<Matching.Candidate> left, long decidedTo) {
        Matching orphans = ledgers[partition].orphans();
        for (Iterator<Matching.Candidate> all = left.iterator(); all.hasNext(); ) {
            Matching.Candidate candidate = all.next();
            TransactionDecided decision = candidate.decision();
            if (decision == null) {
                visitor.unexpected(partition, candidate.record(), "its bytes are no decision");
            } else if (decision.sourceOffset() < decidedTo) {
                visitor.unexpected(
                        partition,
                        candidate.record(),
                        "the transaction at offset " + decision.sourceOffset()
                                + " has its decision already, or was not to be decided");
            } else if (orphans.left().size() < MAX_ORPHANS) {
                orphans.add(candidate);
            } else {
                visitor.notVerifiable(partition, candidate.record(), HEADLESS);
            }
            all.remove();
        }
    }
}
