package io.weir.server.score;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Sweep;
import io.weir.events.AccountSnapshot;
import io.weir.events.Event;
import io.weir.events.Topics;
import io.weir.server.log.HomePartition;
import io.weir.server.log.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes snapshots of what has changed, at an interval, a part with each batch. The engine that decides partition 0 does it
 * for the whole log, and each part goes out in a transaction that commits partition 0's position: by that the group refuses
 * a former owner's.
 */
final class Sweeper {
    /** The partition whose owner sweeps. */
    static final int PARTITION = 0;

    private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

    /** Bytes of snapshots with one batch: a few milliseconds, so that nothing waits for it. */
    static final int BUDGET_BYTES = 256 << 10;

    private final DecisionStateMachine machine;
    private final long intervalNs;
    private final int budgetBytes;
    private final EngineMetrics metrics;
    private final LongSupplier nanoTime;
    /** Where the last complete sweep began. */
    private long[] swept;

    private long lastNs;
    private long[] began = {};
    private @Nullable Sweep sweep;
    private boolean complete;
    /** A snapshot did not fit into a record: those that are there must not be followed by a newer, incomplete sweep. */
    private boolean givenUp;

    /**
     * A sweeper; its first sweep is due after an interval.
     *
     * @param interval from the beginning of a sweep to that of the next; zero for none at all
     * @param budgetBytes of snapshots with one batch
     * @param swept where following the log began, by partition
     */
    Sweeper(
            DecisionStateMachine machine,
            Duration interval,
            int budgetBytes,
            EngineMetrics metrics,
            LongSupplier nanoTime,
            long[] swept) {
        this.machine = machine;
        this.intervalNs = interval.toNanos();
        this.budgetBytes = budgetBytes;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
        this.swept = swept;
        this.lastNs = nanoTime.getAsLong();
    }

    /** Whether there is something to write. */
    boolean underWay() {
        return sweep != null;
    }

    /**
     * Begins a sweep that is due, or abandons one whose partition has left. To be called between batches.
     *
     * @param decides whether this engine decides {@link #PARTITION}
     * @param vector up to where has been folded, by partition
     */
    void follow(boolean decides, Supplier<long[]> vector) {
        if (sweep != null) {
            if (!decides) {
                sweep.abandon();
                sweep = null;
            }
            return;
        }
        boolean due = intervalNs > 0 && nanoTime.getAsLong() - lastNs >= intervalNs;
        if (decides && due && !givenUp) {
            lastNs = nanoTime.getAsLong();
            long[] positions = vector.get();
            if (!Arrays.equals(positions, swept)) { // else there is nothing new
                began = positions;
                sweep = machine.sweep(positions);
            }
        }
    }

    /** Abandons a running sweep, for every snapshot is to be written anew; the next one is due at once. */
    void beginAnew() {
        if (sweep != null) {
            sweep.abandon();
            sweep = null;
        }
        swept = new long[swept.length];
        lastNs = nanoTime.getAsLong() - intervalNs;
    }

    /**
     * Adds the next part to a batch whose records have been folded.
     *
     * @param positions after the batch
     */
    void write(Batch batch, long[] positions) {
        Sweep current = sweep;
        if (current == null) {
            return;
        }
        batch.alsoCommit(PARTITION, positions[PARTITION]);
        complete = current.write(positions, budgetBytes, snapshot -> add(batch, snapshot));
        if (givenUp) {
            current.abandon();
            sweep = null;
        } else if (complete) {
            batch.add(Topics.ENTITY_PROFILES, 0, current.completed());
        }
    }

    /** What {@link #write} added is committed before anything else. */
    void written() {
        if (sweep != null && complete) {
            long tookNs = nanoTime.getAsLong() - lastNs;
            metrics.swept(tookNs);
            log.debug("swept up to {} in {} ms", Arrays.toString(began), tookNs / 1_000_000);
            swept = began;
            sweep = null;
            complete = false;
        }
    }

    private void add(Batch batch, Event snapshot) {
        int bytes = snapshot instanceof AccountSnapshot account
                ? batch.addSnapshot(Topics.ACCOUNT_PROFILES, account.partition(), snapshot)
                : batch.addSnapshot(Topics.ENTITY_PROFILES, partition(snapshot.key()), snapshot);
        if (bytes > KafkaSettings.MAX_SNAPSHOT_BYTES) {
            givenUp = true;
            log.error(
                    "the snapshot of {} has {} bytes, more than the {} that fit into a record: from here on this engine "
                            + "writes no snapshots; deciding goes on, and restarts replay what has come since",
                    snapshot.key(),
                    bytes,
                    KafkaSettings.MAX_SNAPSHOT_BYTES);
        }
    }

    /** As Kafka's own producers do it: a tombstone that an operator writes comes to the same partition. */
    private int partition(String key) {
        return HomePartition.of(key.getBytes(StandardCharsets.UTF_8), swept.length);
    }
}
