package io.weir.server.score;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that lives one life after the other: when one ends by an error the next begins, after a backoff. */
final class Restarting implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Restarting.class);
    private static final long FIRST_BACKOFF_MS = 100;
    private static final long LAST_BACKOFF_MS = 5_000;
    private static final long STABLE_NS = TimeUnit.MINUTES.toNanos(1);
    private static final long CLOSE_TIMEOUT_MS = 20_000;

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

        /** It failed, and is about to begin anew. */
        void failed(RuntimeException cause);
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
        long backoffMs = FIRST_BACKOFF_MS;
        while (!closing) {
            long startedNs = System.nanoTime();
            try {
                life.run();
            } catch (RuntimeException e) {
                if (closing) {
                    log.info("{} ended while closing: {}", thread.getName(), e.getMessage());
                    return;
                }
                backoffMs = System.nanoTime() - startedNs > STABLE_NS ? FIRST_BACKOFF_MS : backoffMs;
                life.failed(e);
                log.error("{} ended; building it anew in {} ms", thread.getName(), backoffMs, e);
                waitUnlessClosing(backoffMs);
                backoffMs = Math.min(backoffMs * 2, LAST_BACKOFF_MS);
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
