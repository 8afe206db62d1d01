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

/** The first half of restoring an engine: a state machine with the snapshots, and where the log is to be followed from. */
final class Restore {
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
     * @param machine has the snapshots
     * @param committed by the group, asked after the snapshots were read
     */
    record Restored(DecisionStateMachine machine, RestoreStart start, Map<Integer, CommittedPosition> committed) {}

    /**
     * Goes on for a while; the result at the end, null before.
     *
     * @throws StateLostException when the state can be restored neither from snapshots nor from the log
     */
    @Nullable
    Restored goOn() {
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
        Restored restored = load(answer);
        reader.close();
        policies.close();
        return restored;
    }

    /** How many snapshots have been read so far. */
    int size() {
        return reader.size();
    }

    private Restored load(Map<Integer, CommittedPosition> answer) {
        long[] beginnings = tail.beginnings();
        Selections kept = Selections.of(policies.policies());
        DecisionStateMachine machine = new DecisionStateMachine(kept);
        try {
            RestoreStart start =
                    new Snapshots(machine, decoder, beginnings.length).load(reader, beginnings, tail.ends(), answer);
            return new Restored(machine, start, answer);
        } catch (UnusableException e) {
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
            log.warn("{}; the log is complete: rebuilding the state from it, without snapshots", e.getMessage());
            return new Restored(
                    new DecisionStateMachine(kept),
                    RestoreStart.ofLog(Arrays.copyOf(beginnings, beginnings.length)),
                    answer);
        }
    }
}
