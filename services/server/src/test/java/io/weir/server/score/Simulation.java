package io.weir.server.score;

import io.weir.core.decide.Selections;
import io.weir.events.EventReader;
import io.weir.events.SweepCompleted;
import io.weir.events.Topics;
import io.weir.server.log.CommittedPosition;
import io.weir.server.log.EngineLogException;
import io.weir.server.log.memory.MemoryLog;
import io.weir.server.log.memory.MemoryLog.Stored;
import io.weir.server.score.SimulatedEngine.Died;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;

/**
 * Engines side by side over a log in memory, in one thread. All that happens, and when, is drawn from a seed: what the world
 * writes, which engine goes on, which dies and at which of its calls, what the cluster does meanwhile. Things also happen
 * in the middle of an engine's step, whenever it calls the log: other engines go on there, partitions move.
 *
 * <p>At the end all engines are gone and one that nothing happens to finishes the work.
 */
final class Simulation {
    private static final int DEEPEST = 3;
    /** Steps in which an undisturbed engine has finished; it takes a tenth. */
    private static final int MANY_STEPS = 20_000;

    private static final EventReader READER = new EventReader(MemoryLog.IDS);
    /** How an engine may end by itself. Anything else is a fault. */
    private static final List<String> GOOD_REASONS = List.of(
            "fenced",
            "partitions moved to another engine before their batch was committed",
            "a batch could not be committed in",
            "a failed transaction cannot be aborted",
            "no answer to",
            "the position of partition",
            "e0 is a member already",
            "e1 is a member already",
            "e2 is a member already");

    final MemoryLog log;
    /** What has happened, by name, how often. */
    final Map<String, Integer> counts = new TreeMap<>();

    private final SplittableRandom random;
    private final Size size;
    private final SimulatedTraffic traffic;
    private final int instances;
    private final Duration snapshotInterval;
    private final int sweepBudgetBytes;
    private final int oneInInterrupts;
    private final Warming.Pace warmingPace;
    private final DeadLetterBreakerSettings breaker;
    private final Map<Happening, Integer> weights = new EnumMap<>(Happening.class);
    private final List<SimulatedEngine> engines = new ArrayList<>();
    /** Engines whose state has been compared with a replay. */
    private final Map<SimulatedEngine, Boolean> compared = new IdentityHashMap<>();
    /** Where the last complete sweep began when an engine did. */
    private final Map<SimulatedEngine, long[]> sweptAtBirth = new IdentityHashMap<>();

    private int born;
    private int depth;
    private int calls;
    private boolean disturbed = true;

    /**
     * How much happens.
     *
     * @param happenings beside those in the middle of others
     * @param dieAt the call, counted over all engines, at which an engine dies; 0 to draw deaths from the seed
     * @param dieAfter whether that call still takes effect
     */
    record Size(int happenings, int dieAt, boolean dieAfter) {}

    private enum Happening {
        WRITE(40),
        STEP(60),
        MARKER(25),
        BEGIN(6),
        POLICY(1),
        REBALANCE(2),
        REMOVE_MEMBER(1),
        TIME_OUT_TRANSACTION(1),
        DIE(2),
        REPLACE(1),
        CLOSE(1),
        COMPACT(2),
        DELETE(2),
        TIME_PASSES(2);

        private final int weight;

        Happening(int weight) {
            this.weight = weight;
        }
    }

    Simulation(long seed, Size size) {
        this.size = size;
        random = new SplittableRandom(seed);
        log = new MemoryLog(2 + random.nextInt(3), random, random.nextBoolean() ? 0 : 40 + random.nextInt(400));
        boolean newSelections = random.nextInt(3) > 0;
        traffic = new SimulatedTraffic(log, random, newSelections);
        instances = 1 + random.nextInt(3);
        snapshotInterval = Duration.ofMillis(random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(300));
        sweepBudgetBytes = random.nextBoolean() ? 1 : random.nextInt(3_000);
        oneInInterrupts = 4 + random.nextInt(60);
        warmingPace = new Warming.Pace(1 + random.nextInt(8), 1 + random.nextInt(30), random.nextInt(6));
        breaker = breaker();
        for (Happening happening : Happening.values()) {
            // Of the rarer things each seed leaves some out, and has more of others.
            boolean always = happening.weight >= 5;
            weights.put(happening, always ? happening.weight : happening.weight * random.nextInt(4));
        }
        if (newSelections) {
            weights.put(Happening.POLICY, 1 + random.nextInt(12));
            weights.put(Happening.DELETE, 0); // else what is warmed would have less than a replay of everything
        }
        if (size.dieAt > 0) {
            weights.put(Happening.DIE, 0);
        }
    }

    /** About every tenth record becomes a dead letter: some of these open often, others never. */
    private DeadLetterBreakerSettings breaker() {
        int window = 1 + random.nextInt(20);
        return new DeadLetterBreakerSettings(
                random.nextInt(4) > 0,
                0.05 + random.nextInt(4) * 0.1,
                window,
                1 + random.nextInt(window),
                Duration.ofMillis(1 + random.nextInt(500)),
                1 + random.nextInt(6));
    }

    /** Runs it to its end. */
    void run() {
        if (random.nextInt(4) > 0) {
            traffic.startDeciding();
        }
        for (int i = 0; i < size.happenings; i++) {
            happen();
        }
        disturbed = false;
        engines.clear();
        log.calm();
        traffic.startDeciding();
        SimulatedEngine last = begin("e0");
        finish(last);
        engines.clear();
        log.calm();
        SimulatedEngine restored = begin("e0");
        for (int i = 0; !restored.hasJoined(); i++) {
            require(i < MANY_STEPS, "the last engine is restored");
            step(restored);
        }
    }

    /** Calls of all engines to the log so far. */
    int calls() {
        return calls;
    }

    private void finish(SimulatedEngine last) {
        for (int i = 0; !isFinished(last); i++) {
            require(i < MANY_STEPS, "one undisturbed engine finishes the work");
            step(last);
            log.writeSomeMarker();
        }
        compare(last);
    }

    private boolean isFinished(SimulatedEngine last) {
        if (!last.hasJoined()) {
            return false;
        }
        Map<Integer, CommittedPosition> committed = log.committed();
        for (int partition = 0; partition < log.partitions(); partition++) {
            List<Stored> all = log.history(Topics.TRANSACTIONS, partition);
            CommittedPosition position = committed.get(partition);
            if (!all.isEmpty()
                    && (position == null
                            || position.offset() <= all.getLast().record().offset())) {
                return false;
            }
        }
        return snapshotInterval.isZero() || Arrays.equals(swept(), last.positions());
    }

    private void happen() {
        int all = weights.values().stream().mapToInt(Integer::intValue).sum();
        int drawn = random.nextInt(all);
        for (Map.Entry<Happening, Integer> entry : weights.entrySet()) {
            drawn -= entry.getValue();
            if (drawn < 0) {
                depth++;
                happen(entry.getKey());
                depth--;
                return;
            }
        }
    }

    private void happen(Happening happening) {
        switch (happening) {
            case WRITE -> traffic.write();
            case POLICY -> traffic.writePolicy();
            case STEP -> someEngine().filter(engine -> !engine.isStepping()).forEach(this::step);
            case BEGIN -> {
                String instanceId = "e" + random.nextInt(instances);
                if (engines.stream().noneMatch(engine -> engine.instanceId.equals(instanceId))) {
                    begin(instanceId);
                }
            }
            case REPLACE ->
                someEngine().filter(engine -> !engine.isReplaced()).forEach(engine -> {
                    engine.replace();
                    begin(engine.instanceId);
                    count("replaced");
                });
            case DIE -> someEngine().forEach(engine -> engine.dieIn(random.nextInt(40), random.nextBoolean()));
            case CLOSE ->
                someEngine().filter(engine -> !engine.isStepping()).forEach(engine -> {
                    engine.close();
                    engines.remove(engine);
                });
            case MARKER -> log.writeSomeMarker();
            case REBALANCE -> log.rebalance();
            case REMOVE_MEMBER -> log.removeSomeMember();
            case TIME_OUT_TRANSACTION -> log.timeOutSomeTransaction();
            case COMPACT -> log.compact();
            case DELETE -> delete();
            case TIME_PASSES -> log.pass(Duration.ofSeconds(random.nextInt(400)).toNanos());
        }
    }

    private Stream<SimulatedEngine> someEngine() {
        return engines.isEmpty() ? Stream.empty() : Stream.of(engines.get(random.nextInt(engines.size())));
    }

    private SimulatedEngine begin(String instanceId) {
        SimulatedEngine engine = new SimulatedEngine(
                log, instanceId, ++born, snapshotInterval, sweepBudgetBytes, warmingPace, breaker, this::called);
        engines.add(engine);
        sweptAtBirth.put(engine, swept());
        count("begun");
        return engine;
    }

    /** An engine called the log: the world does not stand still until the answer. */
    private void called(SimulatedEngine engine, String call) {
        calls++;
        if (calls == size.dieAt) {
            if (!size.dieAfter) {
                throw new Died();
            }
            engine.dieIn(0, true);
        }
        if (disturbed && depth < DEEPEST && random.nextInt(oneInInterrupts) == 0) {
            happen();
        }
    }

    private void step(SimulatedEngine engine) {
        try {
            Selections before = engine.machine().selections();
            boolean joined = engine.hasJoined();
            boolean held = engine.hasHeld();
            boolean paused = engine.hasPaused();
            engine.step();
            if (!paused && engine.hasPaused()) {
                count("paused for dead letters");
            }
            if (paused && !engine.hasPaused()) {
                count("went on after a pause");
            }
            if (joined && !before.equals(engine.machine().selections())) {
                count(held ? "warmed while decisions waited" : "warmed");
                compare(engine);
            }
            boolean justJoined = engine.hasJoined() && compared.put(engine, true) == null;
            if (justJoined) {
                count(engine.machine().accounts() > 0 ? "restored" : "begun empty");
            }
            if (justJoined || (engine.hasJoined() && random.nextInt(60) == 0)) {
                compare(engine);
            }
        } catch (Died e) {
            engines.remove(engine);
            count("died");
        } catch (EngineLogException | KafkaException e) {
            String why = String.valueOf(e.getMessage());
            if (GOOD_REASONS.stream().noneMatch(why::startsWith)) {
                throw e;
            }
            engines.remove(engine);
            engine.close();
            count("ended: "
                    + GOOD_REASONS.stream().filter(why::startsWith).findFirst().orElseThrow());
        }
    }

    /** The state is that of a replay of the whole log, whatever it was restored from. */
    private void compare(SimulatedEngine engine) {
        long[] positions = engine.positions();
        Replay replay = new Replay(Replay.Inputs.of(log), engine.machine().selections()).fold(positions);
        if (replay.machine.stateHash() != engine.machine().stateHash()) {
            throw new AssertionError("restoredEqualsReplayed: the state of " + engine + " at "
                    + Arrays.toString(positions) + " is not that of a replay: " + replay.difference(engine.machine()));
        }
        count("states compared");
    }

    /** Retention takes what is in snapshots, committed, and passed by every engine: it is longer than any is behind. */
    private void delete() {
        if (engines.stream().anyMatch(engine -> !traffic.isWarm(engine.machine().selections()))) {
            return; // what is warmed would have less than a replay of everything
        }
        int partition = random.nextInt(log.partitions());
        CommittedPosition committed = log.committed().get(partition);
        long most = Math.min(swept()[partition], committed == null ? 0 : committed.offset());
        for (SimulatedEngine engine : engines) {
            long[] positions = engine.positions();
            long needed =
                    engine.hasJoined() ? positions[partition] : sweptAtBirth.get(engine)[partition];
            most = Math.min(most, needed);
        }
        if (most > log.beginning(partition)) {
            log.deleteBefore(partition, random.nextLong(log.beginning(partition), most) + 1);
            count("deleted by retention");
        }
    }

    /** Where the last complete sweep began. */
    private long[] swept() {
        List<Stored> records = log.history(Topics.ENTITY_PROFILES, 0);
        for (Stored stored : records.reversed()) {
            if (READER.read(stored.record().value()) instanceof SweepCompleted sweep) {
                return sweep.positions();
            }
        }
        return new long[log.partitions()];
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("not so: " + what);
        }
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }
}
