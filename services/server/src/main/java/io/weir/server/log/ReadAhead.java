package io.weir.server.log;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the next of a sequence made in the background while the last one is worked on; never more than one ahead, which
 * bounds memory. Where the background has not come to it, whoever takes it makes it. Used by one thread.
 *
 * @param <T> what it is a sequence of
 */
public final class ReadAhead<T> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReadAhead.class);

    private final Executor background;
    private final Source<T> source;
    private FutureTask<Optional<T>> next;

    /**
     * Makes the sequence, in whatever thread, but one at a time.
     *
     * @param <T> what it is a sequence of
     */
    @FunctionalInterface
    public interface Source<T> {
        /** The next; null after the last. */
        @Nullable
        T next();
    }

    /** Begins to make the first. */
    public ReadAhead(Executor background, Source<T> source) {
        this.background = background;
        this.source = source;
        this.next = begin();
    }

    /** The next, or null after the last; throws what making it threw, then and ever after. */
    public @Nullable T take() {
        Optional<T> taken = await();
        if (taken.isPresent()) {
            next = begin();
        }
        return taken.orElse(null);
    }

    /** Waits until nothing is made any more. */
    @Override
    public void close() {
        try {
            var unused = await();
        } catch (RuntimeException e) {
            log.debug("given up: {}", e.getMessage()); // whoever took from it was told, or does not care any more
        }
    }

    private FutureTask<Optional<T>> begin() {
        FutureTask<Optional<T>> task = new FutureTask<>(() -> Optional.ofNullable(source.next()));
        background.execute(task);
        return task;
    }

    private Optional<T> await() {
        try {
            return Tasks.await(next);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a source throws nothing that is checked", e);
        }
    }
}
