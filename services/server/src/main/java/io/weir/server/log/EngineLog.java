package io.weir.server.log;

import java.util.List;
import java.util.concurrent.Executor;

/**
 * Everything outside an engine: the log, the group, the time. What an engine makes of it, its limits, pauses, targets and
 * retries, lies above, so that a simulation which takes Kafka's place here meets all of it. Used by one thread, but for
 * {@link GroupMember#wakeUp} and for what a {@link TransactionalWriter} does {@linkplain #background beside it}.
 */
public interface EngineLog extends AutoCloseable {
    /** This engine as a member of the group; the same one each time. */
    GroupMember member();

    /** What the whole group has committed; the same one each time. */
    GroupPositions positions();

    /** The producers under this engine's transactional ids, to be used in turn; the same ones each time. */
    List<TransactionalSink> sinks();

    /**
     * A reader of its own.
     *
     * @param purpose names it in the broker's logs and metrics
     */
    RecordSource open(String purpose);

    /** A clock for measuring, in nanoseconds from anywhere. */
    long nanoTime();

    /** Runs tasks beside the engine's thread, one at a time, in their order. */
    Executor background();

    /**
     * Waits for about so long, so that those who failed together do not try again together.
     *
     * @throws EngineLogException when interrupted
     */
    void sleep(long ms);

    /** Closes everything that was opened here, and leaves the group. */
    @Override
    void close();
}
