package io.weir.cli.drill;

import io.weir.local.BrokerVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A plan: which processes there are, and what is done to them while load goes on. */
interface Drill {
    /** A word, as in {@code weir drill NAME}. */
    String name();

    /** What it does, for people; one line. */
    String summary();

    /** Brokers that it needs. */
    default int brokers() {
        return 1;
    }

    /**
     * The brokers' version at first.
     *
     * @param asked as the command says
     */
    default BrokerVersion kafka(BrokerVersion asked) {
        return asked;
    }

    /** Weir's instances; the load goes to those that take payments. */
    default List<Instance.Plan> instances() {
        return List.of(Instance.Plan.complete("one"), Instance.Plan.complete("two"));
    }

    /** Whether instances that are planned so reach the brokers by wires that can be cut. */
    default boolean detours() {
        return false;
    }

    /** Sets up what has to be there before anything starts in the directory. */
    default void prepare(Path directory) throws IOException, InterruptedException {}

    /** Undoes that, when everything has ended; also what an earlier run that was killed has left. */
    default void cleanUp(Path directory) throws IOException, InterruptedException {}

    /** Why it cannot be done on this machine; the empty string if it can. */
    default String obstacle() {
        return "";
    }

    /**
     * Does it, while load goes on; ends with everything running that ran when it began.
     *
     * @throws IOException when something does not come back
     */
    void run(Scene scene) throws IOException, InterruptedException;
}
