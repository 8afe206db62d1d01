package io.weir.server.score;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Outcome;
import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.EventWriter;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.server.log.CommittedPositions;
import io.weir.server.log.EngineLogException;
import io.weir.server.log.LogRecord;
import io.weir.server.log.OwnPartitions;
import io.weir.server.log.TailReader;
import io.weir.server.log.TransactionalWriter;
import io.weir.server.log.TransactionalWriter.AbortedException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One engine: one thread, one consumer of its own partitions, one of everybody else's, two transactional producers, and
 * the state. The loop:
 *
 * <pre>
 *   poll own records -> fold what others decided meanwhile -> decide (pure) -> commit outputs and positions -> next
 * </pre>
 *
 * <p>Crash-only: an engine whose state may be ahead of what is committed is thrown away and built anew from the log. The
 * same holds for a restart, so there is one way to begin.
 */
final class Engine {
    private static final Logger log = LoggerFactory.getLogger(Engine.class);
    private static final Duration IDLE_POLL = Duration.ofMillis(100);
    private static final int COMMIT_TRIES = 8;
    private static final long FIRST_BACKOFF_MS = 10;

    private final OwnPartitions own;
    private final TailReader tail;
    private final TransactionalWriter writer;
    private final EngineMetrics metrics;
    private final EngineStatus status;
    private final DecisionStateMachine machine = new DecisionStateMachine();
    private final PolicyBook policies;
    private final RecordDecoder decoder;
    private final EventWriter events;
    private final DeadLetters deadLetters;
    private final Vector vector;
    private volatile boolean stopping;

    Engine(
            String instanceId,
            Connections connections,
            SchemaIds schemaIds,
            Function<String, Policy> compiler,
            EngineMetrics metrics,
            EngineStatus status) {
        this.own = connections.own();
        this.tail = connections.tail();
        this.writer = connections.writer();
        this.metrics = metrics;
        this.status = status;
        this.policies = new PolicyBook(compiler, machine);
        this.decoder = new RecordDecoder(schemaIds);
        this.events = new EventWriter(schemaIds);
        this.deadLetters = new DeadLetters(instanceId);
        this.vector = new Vector(own, tail, connections.committed());
    }

    /**
     * What an engine is connected to.
     *
     * @param own its partitions
     * @param tail what it folds without deciding
     * @param writer its transactions
     * @param committed what the whole group has committed
     */
    record Connections(OwnPartitions own, TailReader tail, TransactionalWriter writer, CommittedPositions committed)
            implements AutoCloseable {
        @Override
        public void close() {
            try (tail;
                    writer;
                    own) {
                log.debug("closing an engine's connections");
            }
        }
    }

    /** Restores, joins and decides until {@link #stop}. */
    void run() {
        restore();
        own.join();
        while (!stopping) {
            List<LogRecord> records = own.poll(IDLE_POLL);
            vector.followRebalances();
            foldTail(Duration.ZERO);
            vector.resumeCaughtUp(machine.hasPolicy());
            status.serving(vector.waitingFor(), machine.hasPolicy());
            if (!records.isEmpty()) {
                decide(records);
            }
            metrics.lag.set(own.lag());
        }
    }

    /** Asks the engine to end after the batch in hand. From any thread. */
    void stop() {
        stopping = true;
        own.wakeUp();
    }

    /** Folds the log up to what has been decided; nothing is decided meanwhile. */
    private void restore() {
        status.restoring();
        long startedNs = System.nanoTime();
        long folded = 0;
        long reportedNs = startedNs;
        vector.begin();
        while (!stopping && !vector.restored()) {
            folded += foldTail(IDLE_POLL);
            if (System.nanoTime() - reportedNs > Duration.ofSeconds(2).toNanos()) {
                reportedNs = System.nanoTime();
                log.info("restoring: {} records folded so far", folded);
            }
        }
        log.info(
                "restored {} accounts and {} entities from {} records in {} ms",
                machine.accounts(),
                machine.entities(),
                folded,
                Duration.ofNanos(System.nanoTime() - startedNs).toMillis());
        publishStateSize();
    }

    private int foldTail(Duration timeout) {
        List<LogRecord> records = tail.poll(timeout);
        for (LogRecord record : records) {
            try {
                Event event = decoder.decode(record);
                if (record.topic().equals(Topics.CONTROL.topicName())) {
                    policies.fold(event);
                } else {
                    machine.fold(event, record.partition(), record.offset());
                }
            } catch (RecordDecoder.UndecodableException e) {
                // Who decides the partition writes the dead letter; the control topic is ours, so say it here.
                if (record.topic().equals(Topics.CONTROL.topicName())) {
                    log.error("control record at {} passed over: {}", record.offset(), e.getMessage());
                }
            } catch (RuntimeException e) {
                rethrowIfTransient(e);
                log.error("record {}/{} passed over", record.partition(), record.offset(), e);
            }
        }
        vector.foldedTail();
        return records.size();
    }

    private void decide(List<LogRecord> records) {
        Batch batch = metrics.foldTime.record(() -> decideAll(records));
        metrics.commitTime.record(() -> commit(batch));
        vector.committed(batch.next());
        metrics.committed(batch);
        publishStateSize();
    }

    private Batch decideAll(List<LogRecord> records) {
        Batch batch = new Batch(events, deadLetters, vector.provenance(records));
        for (LogRecord record : records) {
            try {
                batch.add(record, machine.decide(decoder.decode(record), record.partition(), record.offset()));
            } catch (RecordDecoder.UndecodableException e) {
                batch.addUndecodable(record, e);
            } catch (RuntimeException e) {
                // A fault of ours on this one record: it must not stop the rest. The same bytes fail in the same way in
                // every replay, so states stay equal.
                rethrowIfTransient(e);
                log.error("record {}/{} cannot be decided", record.partition(), record.offset(), e);
                batch.add(record, new Outcome.Refused("InternalError", String.valueOf(e)));
            }
        }
        return batch;
    }

    private static void rethrowIfTransient(RuntimeException e) {
        if (e instanceof SchemaIds.SchemaUnavailableException) {
            throw e;
        }
    }

    private void commit(Batch batch) {
        long backoffMs = FIRST_BACKOFF_MS;
        for (int attempt = 1; ; attempt++) {
            try {
                writer.commit(batch.records(), batch.next(), own);
                return;
            } catch (AbortedException e) {
                metrics.aborted();
                if (attempt == COMMIT_TRIES) {
                    throw new EngineLogException("a batch could not be committed in " + COMMIT_TRIES + " tries", e);
                }
                log.warn("transaction aborted, attempt {}: {}", attempt, e.getMessage());
                sleep(backoffMs);
                backoffMs *= 2;
                if (e.rebalanced()) {
                    confirmOwnership(batch);
                }
            }
        }
    }

    /** The group refused the positions: a new generation, in which the partitions are still ours, or are not. */
    private void confirmOwnership(Batch batch) {
        own.pause(vector.deciding());
        own.poll(Duration.ofMillis(50));
        if (!own.stillOwns(batch.next().keySet())) {
            throw new EngineLogException("partitions moved to another engine before their batch was committed");
        }
        own.resume(vector.deciding());
    }

    private void publishStateSize() {
        metrics.accounts.set(machine.accounts());
        metrics.entities.set(machine.entities());
    }

    private static void sleep(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineLogException("interrupted", e);
        }
    }
}
