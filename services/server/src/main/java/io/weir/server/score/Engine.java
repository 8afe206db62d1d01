package io.weir.server.score;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Outcome;
import io.weir.core.decide.Profile;
import io.weir.core.policy.Entity;
import io.weir.core.policy.Policy;
import io.weir.events.SchemaIds;
import io.weir.events.Sha256;
import io.weir.server.log.BatchTimes;
import io.weir.server.log.EngineLog;
import io.weir.server.log.EngineLogException;
import io.weir.server.log.LogRecord;
import io.weir.server.log.OwnPartitions;
import io.weir.server.log.TailReader;
import io.weir.server.policy.PolicySource;
import io.weir.server.score.Restore.Restored;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
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
    /** While there is other work than records: snapshots to write, partitions that wait for their new owner. */
    private static final Duration BUSY_POLL = Duration.ofMillis(1);

    private static final long REPORT_NS = Duration.ofSeconds(2).toNanos();
    /** How long the group may take to give out partitions before an engine without any counts as spare. */
    private static final long ASSIGNMENT_NS = Duration.ofSeconds(10).toNanos();

    /**
     * With so many records waiting, the next batch is folded while the last one is decided and committed. With fewer, a batch
     * that was polled early would be a small one, and what came after it would wait for two commits.
     */
    private static final int BACKLOG = 500;

    private final Duty duty;
    private final EngineLog engineLog;
    private final Duration snapshotInterval;
    private final int sweepBudgetBytes;
    private final PolicySource compiler;
    private final EngineMetrics metrics;
    private final EngineStatus status;
    private final RecordDecoder decoder;
    private final String instanceId;
    private final OwnPartitions own;
    private final Committing committing;
    private final TailReader tail;
    private final ChainHeads heads = new ChainHeads();
    private final Vector vector;
    private final Intake intake;
    private final Warming.Pace warmingPace;
    private DecisionStateMachine machine = new DecisionStateMachine();
    private PolicyBook book;
    private Folding folding;
    private Warming warming;
    private final Questions questions = new Questions();
    private Sweeper sweeper;
    /** Of the batch in hand and of the one that is being committed, in turn. */
    private final List<BatchBuffers> buffers;

    private int turn;
    private volatile boolean stopping;
    private boolean ignoreSnapshots;

    private @Nullable Restore restore;
    private RestoreStart start = RestoreStart.NOTHING;
    private boolean joined;
    private long begunNs;
    private long reportedNs;
    private long joinedNs;
    private long replayed;

    /**
     * An engine; {@link #begin} connects it.
     *
     * @param duty what it makes of its records
     * @param instanceId names it in dead letters
     * @param snapshotInterval from the beginning of a sweep to that of the next; zero for no snapshots
     * @param sweepBudgetBytes of snapshots with one batch
     * @param warmingPace of warming the state for new policies
     * @param breaker when a partition is paused because of its dead letters
     * @param compiler from a policy document to the policy; throws if it does not compile
     */
    Engine(
            Duty duty,
            String instanceId,
            EngineLog engineLog,
            SchemaIds schemaIds,
            PolicySource compiler,
            Duration snapshotInterval,
            int sweepBudgetBytes,
            Warming.Pace warmingPace,
            DeadLetterBreakerSettings breaker,
            EngineMetrics metrics,
            EngineStatus status) {
        this.duty = duty;
        this.engineLog = engineLog;
        this.snapshotInterval = snapshotInterval;
        this.sweepBudgetBytes = sweepBudgetBytes;
        this.warmingPace = warmingPace;
        this.compiler = compiler;
        this.metrics = metrics;
        this.status = status;
        this.buffers = List.of(new BatchBuffers(schemaIds), new BatchBuffers(schemaIds));
        this.instanceId = instanceId;
        this.own = new OwnPartitions(engineLog.member());
        TailReader reader = new TailReader(engineLog.open("tail"));
        this.tail = reader;
        this.decoder = new RecordDecoder(schemaIds, reader::partitions);
        this.vector = new Vector(engineLog, own, tail, heads);
        this.intake = new Intake(
                own, vector::deciding, new PartitionBreakers(breaker, engineLog::nanoTime, this::breakersChanged));
        this.committing = new Committing(engineLog, own, vector, intake, metrics);
        this.book = new PolicyBook(compiler, machine, duty);
        this.folding = new Folding(decoder, machine, book);
        this.warming = warming();
        this.sweeper = sweeper(RestoreStart.NOTHING);
    }

    /** Rebuilds the state from the whole log. To be called before {@link #begin}. */
    void ignoreSnapshots() {
        ignoreSnapshots = true;
    }

    /** Restores, joins and decides until {@link #stop}. */
    void run() {
        run(() -> true);
    }

    /** The same, but only as long as the policies in shadow are those of the period that began there. */
    void runWhileInShadow(long since) {
        run(() -> !joined || book.inShadowSince() == since);
    }

    private void run(BooleanSupplier goesOn) {
        try {
            begin();
            while (!stopping && goesOn.getAsBoolean()) {
                step();
            }
            committing.settle();
        } finally {
            if (restore != null) {
                restore.close();
            }
        }
    }

    /** Asks the engine to end after the batch in hand. From any thread. */
    void stop() {
        stopping = true;
        own.wakeUp();
    }

    /** Makes sure that nothing of an earlier life of this instance is under way. To be called once, before {@link #step}. */
    void begin() {
        begunNs = engineLog.nanoTime();
        reportedNs = begunNs;
        status.restoring(0, 0);
        breakersChanged(Map.of());
        committing.fenceThePast();
        own.releaseThePast();
        restore = new Restore(engineLog, tail, decoder, compiler, ignoreSnapshots);
    }

    /**
     * Goes on for a while: the next part of restoring, or one round of the loop.
     *
     * @throws EngineLogException and other exceptions when the engine must be thrown away
     */
    void step() {
        if (!joined) {
            questions.refuse("the state is being restored");
        }
        if (restore != null) {
            restore(restore);
        } else if (!joined) {
            finishRestoring();
        } else {
            serve();
        }
    }

    /** What is known of an account or another entity; it fails while the state is being restored. From any thread. */
    CompletionStage<@Nullable Profile> profile(Entity kind, String id) {
        CompletionStage<@Nullable Profile> answer = questions.ask(kind, id);
        own.wakeUp();
        return answer;
    }

    /** The state, to be looked at. */
    DecisionStateMachine machine() {
        return machine;
    }

    /** Whether decisions wait until the state has been warmed. */
    boolean isHolding() {
        return intake.isHolding();
    }

    /** By partition of the transaction log, the offset before which the state contains everything; empty at first. */
    long[] positions() {
        return vector.positions();
    }

    private void restore(Restore underWay) {
        Restored restored = underWay.goOn();
        replayed = underWay.records();
        report(underWay.snapshots());
        if (restored == null) {
            return;
        }
        underWay.close();
        restore = null;
        machine = restored.machine();
        machine.lendDecisions(); // the batch encodes each at once
        start = restored.start();
        book = new PolicyBook(compiler, machine, duty);
        folding = new Folding(decoder, machine, book);
        warming = warming();
        sweeper = sweeper(start);
        vector.begin(restored);
    }

    /** Folds the control topic, and makes certain that all has been folded that was decided; nothing is decided meanwhile. */
    private void finishRestoring() {
        if (!vector.restored()) {
            replayed += foldTail(IDLE_POLL);
            report(start.snapshots());
            return;
        }
        machine.restored();
        long tookMs = Duration.ofNanos(engineLog.nanoTime() - begunNs).toMillis();
        String how = "restored " + start.accounts() + " accounts and " + start.entities()
                + " entities from snapshots + " + replayed + " records in " + tookMs + " ms";
        log.info("{}: {} accounts and {} entities", how, machine.accounts(), machine.entities());
        status.restored(how);
        metrics.runs();
        metrics.restoredSnapshots.set(start.snapshots());
        metrics.restoredRecords.set(replayed);
        metrics.restoreMs.set(tookMs);
        publishState();
        own.join(committing::awaitOutcome);
        joined = true;
        joinedNs = engineLog.nanoTime();
    }

    private void serve() {
        boolean busy =
                sweeper.underWay() || warming.underWay() || !vector.waitingFor().isEmpty();
        List<LogRecord> polled = own.poll(busy ? BUSY_POLL : IDLE_POLL);
        if (own.haveMoved()) {
            committing.settle();
        }
        vector.followRebalances();
        intake.follow();
        foldTail(Duration.ZERO);
        warming.goOn(vector::positions, book.canDecide() && !vector.deciding().isEmpty(), sweeper::beginAnew);
        vector.resumeCaughtUp(book.canDecide());
        reportServing();
        List<LogRecord> records = intake.next(polled, book.awaited() != null);
        sweeper.follow(vector.deciding().contains(Sweeper.PARTITION), vector::positions);
        boolean settle = duty == Duty.SHADOW && !vector.unsettled().isEmpty();
        if (!records.isEmpty() || sweeper.underWay() || settle) {
            decide(records);
        } else {
            committing.settle();
        }
        metrics.lag.set(intake.lag());
        questions.answer(machine);
    }

    private void reportServing() {
        Policy awaited = book.awaited();
        if (awaited != null) {
            status.warming(warming.progress(awaited, vector.positions()));
            return;
        }
        boolean spare = engineLog.nanoTime() - joinedNs > ASSIGNMENT_NS;
        status.serving(vector.waitingFor(), !vector.deciding().isEmpty() || spare, book.canDecide());
    }

    private int foldTail(Duration timeout) {
        vector.limitTail();
        List<LogRecord> records = tail.poll(timeout);
        folding.fold(records);
        return records.size();
    }

    private void decide(List<LogRecord> records) {
        long beganNs = engineLog.nanoTime();
        boolean inBackground = intake.backlog() >= BACKLOG;
        Batch batch = metrics.foldTime.record(() -> decideAll(records, inBackground));
        metrics.hotKeys.count(batch.sources()); // not those that wait, they will come again
        BatchTimes.Batch times = metrics.batchTimes.folded(batch.sources(), beganNs, engineLog.nanoTime());
        long[] after = vector.positionsAfter(batch.next());
        if (duty == Duty.SHADOW) {
            vector.unsettled().forEach(partition -> batch.alsoCommit(partition, after[partition]));
        }
        sweeper.write(batch, after);
        committing.handOver(batch, times, inBackground);
        vector.decided(batch.next());
        sweeper.written();
        if (!inBackground) {
            committing.settle();
        }
        publishState();
    }

    /** Folds the records and decides; while more wait to be folded, the decisions are left to who commits them. */
    private Batch decideAll(List<LogRecord> records, boolean inBackground) {
        turn = 1 - turn; // the batch before the last one is committed
        Batch batch = new Batch(duty, instanceId, heads, buffers.get(turn));
        Ahead ahead = new Ahead(decoder, machine, records);
        for (int i = 0; i < records.size(); i++) {
            LogRecord record = records.get(i);
            if (intake.takes(record)) {
                int before = batch.refused();
                decide(record, i, ahead, batch);
                intake.passed(record, batch.refused() > before);
            }
        }
        intake.pause();
        batch.seal(vector.provenance(batch.next()));
        if (!inBackground) {
            committing.settle(); // batches are made one after another
            batch.records();
        }
        return batch;
    }

    private void decide(LogRecord record, int index, Ahead ahead, Batch batch) {
        try {
            duty.decide(ahead.event(index), record, machine, book, batch);
        } catch (RecordDecoder.UndecodableException e) {
            batch.addUndecodable(record, e);
        } catch (RuntimeException e) {
            // A fault of ours on this one record: it must not stop the rest. The same bytes fail in the same way in
            // every replay, so states stay equal.
            Folding.rethrowIfTransient(e);
            log.error("record {}/{} cannot be decided", record.partition(), record.offset(), e);
            batch.add(record, new Outcome.Refused("InternalError", String.valueOf(e)));
        }
    }

    private void breakersChanged(Map<Integer, State> states) {
        metrics.breakers(states);
        status.breakers(states);
    }

    private Warming warming() {
        return new Warming(engineLog, decoder, machine, book, warmingPace, new Warming.Reports() {
            @Override
            public void warmth(Map<Sha256, Warmth> byPolicy) {
                status.warmth(byPolicy);
            }

            @Override
            public void progress(boolean underWay, long records, long ms) {
                metrics.warming.set(underWay ? 1 : 0);
                metrics.warmUpRecords.set(records);
                metrics.warmUpMs.set(ms);
            }
        });
    }

    private Sweeper sweeper(RestoreStart begin) {
        return new Sweeper(machine, snapshotInterval, sweepBudgetBytes, metrics, engineLog::nanoTime, begin.from());
    }

    private void report(int snapshots) {
        status.restoring(snapshots, replayed);
        if (engineLog.nanoTime() - reportedNs > REPORT_NS) {
            reportedNs = engineLog.nanoTime();
            log.info("restoring: {} snapshots and {} records so far", snapshots, replayed);
        }
    }

    private void publishState() {
        metrics.accounts.set(machine.accounts());
        metrics.entities.set(machine.entities());
        metrics.panedValues.set(machine.panedValues());
    }
}
