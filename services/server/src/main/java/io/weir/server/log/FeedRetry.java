package io.weir.server.log;

import java.time.Duration;
import java.util.function.Consumer;
import reactor.util.retry.Retry;

/** How what reads without end begins again after a failure: always, after a pause that grows while it goes on failing. */
final class FeedRetry {
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
    private static final double JITTER = 0.5;

    private FeedRetry() {}

    /**
     * Without end.
     *
     * @param lastBackoff the longest pause
     * @param failed told of each failure, before the pause
     */
    static Retry unending(Duration lastBackoff, Consumer<Throwable> failed) {
        return Retry.backoff(Long.MAX_VALUE, FIRST_BACKOFF)
                .maxBackoff(lastBackoff)
                .jitter(JITTER)
                .transientErrors(true) // the backoff starts anew after a success
                .doBeforeRetry(retry -> failed.accept(retry.failure()));
    }
}
