package io.weir.cli.bench;

import io.weir.cli.Stack;
import io.weir.events.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** Who decides on a stack's log: Weir's server or a peer, to be treated alike. */
interface Contender extends AutoCloseable {
    /** Where its decisions go. */
    String decisions();

    boolean isAlive();

    /** Its standard output and error. */
    Path log();

    /** Kills it without warning and starts it again at once. */
    void killAndRestart();

    StateSizes stateSizes() throws IOException;

    @Override
    void close() throws IOException;

    /** The stack's server, all roles of it, which runs already. */
    static Contender weir(Stack stack) {
        return new Contender() {
            private static final Set<String> SNAPSHOTS =
                    Set.of(Topics.ACCOUNT_PROFILES.topicName(), Topics.ENTITY_PROFILES.topicName());

            @Override
            public String decisions() {
                return Topics.DECISIONS.topicName();
            }

            @Override
            public boolean isAlive() {
                return stack.serverIsAlive();
            }

            @Override
            public Path log() {
                return stack.serverLog();
            }

            @Override
            public void killAndRestart() {
                stack.killAndRestartServer();
            }

            @Override
            public StateSizes stateSizes() throws IOException {
                return new StateSizes(
                        0,
                        BenchTopics.bytes(stack.cluster(), SNAPSHOTS::contains),
                        StateSizes.heapOf(stack.serverPid()));
            }

            @Override
            public void close() {
                stack.stopServer();
            }
        };
    }
}
