package io.weir.server.score;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Selections;
import io.weir.server.log.CommittedPosition;
import io.weir.server.log.EngineLog;
import io.weir.server.log.GroupPositions;
import io.weir.server.log.SnapshotReader;
import io.weir.server.log.StateLostException;
import io.weir.server.log.TailReader;
import io.weir.server.policy.PolicySource;
import io.weir.server.score.Snapshots.UnusableException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restoring a state: from the snapshots, and from the log after them up to what the group had committed when they had been
 * read. From there on the log is followed.
 */
final class Restore implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Restore.class);
    private static final Duration POLL = Duration.ofMillis(100);

    private final EngineLog engineLog;
    private final GroupPositions committed;
    private final TailReader tail;
    private final RecordDecoder decoder;
    private final SnapshotReader reader;
    private final boolean ignoreSnapshots;
    private final PublishedPolicies policies;
    private boolean read;
    private @Nullable CatchUp catchUp;
    /** What the end of the catch-up makes true. */
    private @Nullable Restored restored;

    /**
     * A restore; {@link #goOn} does it.
     *
     * @param compiler from a policy document to the policy; throws if it does not compile
     * @param ignoreSnapshots to rebuild the state from the whole log
     */
    Restore(
            EngineLog engineLog,
            TailReader tail,
            RecordDecoder decoder,
            PolicySource compiler,
            boolean ignoreSnapshots) {
        this.engineLog = engineLog;
        this.committed = engineLog.positions();
        this.tail = tail;
        this.decoder = decoder;
        this.ignoreSnapshots = ignoreSnapshots;
        this.reader = new SnapshotReader(engineLog);
        this.policies = new PublishedPolicies(engineLog, decoder, compiler);
    }

    /**
     * What it ends with.
     *
     * @param machine has folded everything before {@code positions}
     * @param start what of it came from snapshots
     * @param positions by partition of the transaction log, where it is to be followed from
     * @param committed by the group, asked after the snapshots were read
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Restored(
            DecisionStateMachine machine,
            RestoreStart start,
            long[] positions,
            Map<Integer, CommittedPosition> committed) {}

    /**
     * Goes on for a while; the result at the end, null before.
     *
     * @throws StateLostException when the state can be restored neither from snapshots nor from the log
     */
    @Nullable
    Restored goOn() {
        if (catchUp != null) {
            return catchUp.goOn() ? restored : null;
        }
        if (!policies.readOn(POLL)) {
            return null;
        }
        if (!read) {
            read = ignoreSnapshots || reader.readOn(POLL);
            if (read) {
                committed.ask(true);
            }
            return null;
        }
        Map<Integer, CommittedPosition> answer = committed.take();
        if (answer == null) {
            engineLog.sleep(1);
            return null;
        }
        begin(answer);
        return null;
    }

    /** How many snapshots have been read so far. */
    int snapshots() {
        return restored == null ? reader.size() : restored.start.snapshots();
    }

    /** How many records of the log have been folded so far. */
    long records() {
        return catchUp == null ? 0 : catchUp.records();
    }

    /** Ends it, wherever it is. */
    @Override
    public void close() {
        reader.close();
        policies.close();
        if (catchUp != null) {
            catchUp.close();
        }
    }

    /** Loads the snapshots and begins to catch up with the log. */
    private void begin(Map<Integer, CommittedPosition> answer) {
        long[] beginnings = tail.beginnings();
        Selections kept = Selections.of(policies.policies());
        DecisionStateMachine machine = new DecisionStateMachine(kept);
        RestoreStart start;
        try {
            start = new Snapshots(machine, decoder, beginnings.length).load(reader, beginnings, tail.ends(), answer);
        } catch (UnusableException e) {
            requireWholeLog(beginnings, e);
            log.warn("{}; the log is complete: rebuilding the state from it, without snapshots", e.getMessage());
            machine = new DecisionStateMachine(kept);
            start = RestoreStart.ofLog(Arrays.copyOf(beginnings, beginnings.length));
        }
        reader.close();
        policies.close();
        CatchUp begun = new CatchUp(engineLog, decoder, machine, start.from(), answer);
        catchUp = begun;
        restored = new Restored(machine, start, begun.ends(), answer);
    }

    private static void requireWholeLog(long[] beginnings, UnusableException e) {
        for (int partition = 0; partition < beginnings.length; partition++) {
            if (beginnings[partition] > 0) {
                throw new StateLostException(
                        e.getMessage() + ". Nor can the state be rebuilt from the log: partition " + partition
                                + " begins at offset " + beginnings[partition]
                                + ", older records are deleted. Remedy: "
                                + e.remedy(),
                        e);
            }
        }
    }
}
