package io.weir.server.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.threadchecker.BlockedThreadEvent;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A Vert.x whose blocked-thread checker is set low and keeps what it sees. A thread counts as blocked when it waits, sleeps
 * or does I/O in our code or in Kafka's: an event loop that only lacks CPU or is stopped by the collector does not.
 */
public final class EventLoopWatch implements AutoCloseable {
    private static final long LIMIT_MS = 200;

    private final Vertx vertx;
    private final List<String> blocked = new CopyOnWriteArrayList<>();

    public EventLoopWatch() {
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(2)
                .setBlockedThreadCheckInterval(20)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                .setMaxEventLoopExecuteTime(LIMIT_MS)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS));
        ((VertxInternal) vertx).blockedThreadChecker().setThreadBlockedHandler(this::look);
    }

    public Vertx vertx() {
        return vertx;
    }

    /** A new event loop context. */
    public Context eventLoop() {
        return ((VertxInternal) vertx).createEventLoopContext();
    }

    /** The stacks of event loops that were seen blocked. */
    public List<String> blocked() {
        return List.copyOf(blocked);
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private void look(BlockedThreadEvent event) {
        Thread thread = event.thread();
        if (!thread.getName().contains("eventloop")) {
            return;
        }
        StackTraceElement[] stack = thread.getStackTrace();
        Thread.State state = thread.getState();
        if (stack.length > 0 && isBlocking(stack, state)) {
            blocked.add(thread.getName() + " " + state + " for " + event.duration() / 1_000_000 + " ms\n"
                    + Arrays.stream(stack).map(frame -> "  " + frame).collect(Collectors.joining("\n")));
        }
    }

    private static boolean isBlocking(StackTraceElement[] stack, Thread.State state) {
        boolean ours = Arrays.stream(stack)
                .map(StackTraceElement::getClassName)
                .anyMatch(name -> name.startsWith("io.weir.") || name.startsWith("org.apache.kafka."));
        boolean loadsClasses =
                Arrays.stream(stack).anyMatch(frame -> frame.getClassName().contains("ClassLoader"));
        boolean doesIo = stack[0].isNativeMethod()
                && Arrays.stream(stack).noneMatch(frame -> frame.getClassName().startsWith("io.netty."));
        boolean waits = state != Thread.State.RUNNABLE || doesIo;
        return ours && waits && !loadsClasses;
    }
}
