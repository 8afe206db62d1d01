package io.weir.server.log.memory;

import io.weir.server.log.CommittedPosition;
import io.weir.server.log.EngineLog;
import io.weir.server.log.EngineLogException;
import io.weir.server.log.GroupMember;
import io.weir.server.log.GroupPositions;
import io.weir.server.log.RecordSource;
import io.weir.server.log.TransactionalSink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.TimeoutException;

/** The clients of one engine. */
public final class MemoryEngineLog implements EngineLog {
    private static final int LONGEST_CALL_NS = 400_000;

    private final MemoryLog log;
    private final Calls calls;
    private final MemoryMember member;
    private final GroupPositions positions = new Positions();
    private final List<MemorySink> sinks;
    private Runnable waiting;

    MemoryEngineLog(MemoryLog log, String instanceId, Object writer, Calls calls) {
        this.log = log;
        this.calls = calls;
        this.member = new MemoryMember(log, this, instanceId);
        this.sinks = List.of(
                new MemorySink(log, this, instanceId + "-a", writer),
                new MemorySink(log, this, instanceId + "-b", writer));
    }

    @Override
    public GroupMember member() {
        return member;
    }

    @Override
    public GroupPositions positions() {
        return positions;
    }

    @Override
    public List<TransactionalSink> sinks() {
        return List.copyOf(sinks);
    }

    @Override
    public RecordSource open(String purpose) {
        return new MemorySource(log, this);
    }

    @Override
    public long nanoTime() {
        return log.nowNs();
    }

    @Override
    public void sleep(long ms) {
        call("sleep", () -> {
            pass(Duration.ofMillis(ms));
            return null;
        });
    }

    /** Runs a task at once, or between any two of the engine's calls. */
    @Override
    public Executor background() {
        return task -> {
            if (log.random().nextBoolean()) {
                task.run();
            } else {
                waiting = task;
            }
        };
    }

    private void goOnInBackground() {
        Runnable task = waiting;
        if (task != null && log.random().nextInt(3) == 0) {
            waiting = null;
            task.run();
        }
    }

    @Override
    public void close() {
        sinks.forEach(MemorySink::close);
        member.close();
    }

    /** Whether the engine has asked to be a member of the group. */
    public boolean hasJoined() {
        return member.hasJoined();
    }

    MemoryGroup.Member joined() {
        return member.joined();
    }

    void pass(Duration waited) {
        log.pass(waited.toNanos());
    }

    /** A call that fails only by what it is about. */
    <T> T call(String name, Supplier<T> effect) {
        goOnInBackground();
        log.pass(log.random().nextInt(LONGEST_CALL_NS));
        calls.before(name);
        T result = effect.get();
        calls.after(name);
        return result;
    }

    /** A call that may get no answer, having had its effect or not. */
    <T> T unsureCall(String name, Supplier<T> effect) {
        boolean fails = log.fails();
        boolean inVain = fails && log.random().nextBoolean();
        T result = call(name, inVain ? () -> null : effect);
        if (fails) {
            throw new TimeoutException("no answer to " + name);
        }
        return result;
    }

    private final class Positions implements GroupPositions {
        private boolean asking;
        private boolean stable;
        private Map<Integer, CommittedPosition> whenAsked = Map.of();

        @Override
        public void ask(boolean stable) {
            call("ask", () -> {
                asking = true;
                this.stable = stable;
                whenAsked = log.group().committed();
                return null;
            });
        }

        @Override
        public boolean asking() {
            return asking;
        }

        /** What is not stable may be as old as the question. */
        @Override
        public Map<Integer, CommittedPosition> take() {
            if (!asking || log.random().nextInt(3) == 0) {
                return null;
            }
            if (log.fails()) {
                throw new EngineLogException("no answer to a question for the group's positions");
            }
            if (!stable) {
                asking = false;
                return log.random().nextBoolean() ? whenAsked : log.group().committed();
            }
            if (!log.group().isStable()) {
                return null;
            }
            asking = false;
            return log.group().committed();
        }
    }
}
