package io.weir.server.log;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Tasks of the background, where whoever needs the result may come before it. */
final class Tasks {
    private Tasks() {}

    /**
     * The result of a task, done by ourselves if nobody has begun it yet; throws what it threw.
     *
     * @throws ExecutionException around what it threw if that is a checked exception
     * @throws EngineLogException when interrupted
     */
    static <T> T await(FutureTask<T> task) throws ExecutionException {
        task.run();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failed) {
                throw failed;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineLogException("interrupted", e);
        }
    }
}
