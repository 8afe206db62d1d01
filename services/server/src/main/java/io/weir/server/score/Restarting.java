package io.weir.server.score;

import io.weir.server.log.Backoff;
import io.weir.server.log.Failure;
import io.weir.server.log.Failure.Course;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that lives one life after the other: when one ends by a failure the next begins, after a backoff, unless another
 * try would be in vain: see {@link Failure}.
 */
final class Restarting implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Restarting.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
    private static final long STABLE_NS = TimeUnit.MINUTES.toNanos(1);
    private static final long CLOSE_TIMEOUT_MS = 20_000;

    private static final Failure BROKEN =
            new Failure(Course.STOP, "error", "look at the log for what the JVM lacks, then restart this instance", "");

    private final Life life;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean closing;

    /** What is restarted. */
    interface Life {
        /** Lives until it fails, or until {@link #end} is called. */
        void run();

        /** Makes {@link #run} return soon. From any thread, also when it does not run. */
        void end();

        /** It failed; it is about to begin anew unless the failure's course is to stop. */
        void failed(Throwable cause, Failure failure);
    }

    Restarting(String name, Life life) {
        this.life = life;
        this.thread = new Thread(this::run, name);
    }

    void start() {
        thread.start();
    }

    boolean isClosing() {
        return closing;
    }

    /** Ends the life in hand; bounded by 20 s. */
    @Override
    public void close() {
        closing = true;
        life.end();
        closed.countDown();
        try {
            thread.join(CLOSE_TIMEOUT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        int failures = 0;
        while (!closing) {
            long startedNs = System.nanoTime();
            try {
                life.run();
            } catch (RuntimeException e) {
                if (closing) {
                    log.info("{} ended while closing: {}", thread.getName(), e.getMessage());
                    return;
                }
                Failure failure = Failure.of(e);
                life.failed(e, failure);
                if (failure.course() == Course.STOP) {
                    log.error("{} has stopped for good: {}", thread.getName(), failure.remedy(), e);
                    return;
                }
                failures = System.nanoTime() - startedNs > STABLE_NS ? 1 : failures + 1;
                long backoffMs = BACKOFF.ms(failures);
                log.error("{} ended; building it anew in {} ms", thread.getName(), backoffMs, e);
                waitUnlessClosing(backoffMs);
            } catch (Error e) {
                life.failed(e, BROKEN);
                throw e;
            }
        }
    }

    private void waitUnlessClosing(long ms) {
        try {
            var unused = closed.await(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
