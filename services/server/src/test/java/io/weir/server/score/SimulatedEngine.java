package io.weir.server.score;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.core.decide.DecisionStateMachine;
import io.weir.server.log.memory.Calls;
import io.weir.server.log.memory.MemoryEngineLog;
import io.weir.server.log.memory.MemoryLog;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One life of an engine, which may end at any of its calls to the log. */
final class SimulatedEngine implements Calls {
    private static final Map<String, EngineMetrics> METRICS = new ConcurrentHashMap<>();

    final String instanceId;
    private final String name;
    private final MemoryEngineLog log;
    private final Engine engine;
    private final Observer observer;
    private final EngineStatus status = new EngineStatus();
    private int callsToLive = Integer.MAX_VALUE;
    private boolean diesAfterTheCall;
    private boolean begun;
    private boolean stepping;
    private boolean replaced;

    /** What goes on while an engine waits for an answer. */
    interface Observer {
        void called(SimulatedEngine engine, String call);
    }

    /** The end of a process: nothing is closed, nothing is said. */
    static final class Died extends Error {
        private static final long serialVersionUID = 1L;

        Died() {
            super("died", null, false, false);
        }
    }

    SimulatedEngine(
            MemoryLog cluster,
            String instanceId,
            int number,
            Duration snapshotInterval,
            int sweepBudgetBytes,
            Warming.Pace warmingPace,
            DeadLetterBreakerSettings breaker,
            Observer observer) {
        this.instanceId = instanceId;
        this.name = instanceId + "#" + number;
        this.observer = observer;
        log = cluster.engine(instanceId, this, this);
        EngineMetrics metrics =
                METRICS.computeIfAbsent(instanceId, id -> new EngineMetrics(new SimpleMeterRegistry(), id));
        engine = new Engine(
                Duty.DECIDE,
                instanceId,
                log,
                MemoryLog.IDS,
                SimulatedTraffic::compile,
                snapshotInterval,
                sweepBudgetBytes,
                warmingPace,
                breaker,
                metrics,
                status);
    }

    /** Goes on for a while; throws what ends it. */
    void step() {
        stepping = true;
        try {
            if (begun) {
                engine.step();
            } else {
                begun = true;
                engine.begin();
            }
        } finally {
            stepping = false;
        }
    }

    /** Whether it waits for the answer to a call. */
    boolean isStepping() {
        return stepping;
    }

    /** Whether its state has been restored. */
    boolean hasJoined() {
        return log.hasJoined();
    }

    /** Another process under its instance id has begun. */
    void replace() {
        replaced = true;
    }

    boolean isReplaced() {
        return replaced;
    }

    void dieIn(int calls, boolean afterTheCall) {
        callsToLive = calls;
        diesAfterTheCall = afterTheCall;
    }

    /** Leaves, as a process does that can. */
    void close() {
        log.close();
    }

    long[] positions() {
        return engine.positions();
    }

    /** Whether decisions waited when it last went on. */
    boolean hasHeld() {
        return engine.isHolding();
    }

    /** Whether the breaker of any of its partitions is not closed. */
    boolean hasPaused() {
        return status.pausedBecause() != null;
    }

    DecisionStateMachine machine() {
        return engine.machine();
    }

    @Override
    public void before(String call) {
        callsToLive--;
        if (callsToLive <= 0 && !diesAfterTheCall) {
            throw new Died();
        }
        observer.called(this, call);
    }

    @Override
    public void after(String call) {
        if (callsToLive <= 0) {
            throw new Died();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
