package io.weir.server.topics;

import io.weir.local.LocalStack;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** On a stack of its own: it deletes topics that others of this JVM use. */
class LocalProvisioningTest extends ProvisioningSuite {
    @TempDir
    private static Path directory;

    private static LocalStack stack;

    @BeforeAll
    static void start() {
        stack = LocalStack.start(directory);
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Override
    String bootstrapServers() {
        return stack.bootstrapServers();
    }

    @Override
    String registryUrl() {
        return stack.registryUrl();
    }
}
