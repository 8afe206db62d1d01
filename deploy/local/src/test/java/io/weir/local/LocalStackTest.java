package io.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LocalStackTest {
    @Test
    void bothComeUpUnderOneDirectoryOnLoopbackAloneAndCloseLeavesNothingRunning(@TempDir Path directory)
            throws Exception {
        LocalStack stack = LocalStack.start(directory);
        assertThat(stack.broker().isAlive()).isTrue();
        assertThat(stack.registry().isAlive()).isTrue();
        assertThat(stack.bootstrapServers()).startsWith("127.0.0.1:");
        assertThat(stack.registryUrl()).matches("http://127\\.0\\.0\\.1:\\d+/apis/ccompat/v7");
        if (OS.LINUX.isCurrentOs()) {
            assertThat(Listeners.of(stack.broker().process().pid())).hasSize(2).allMatch(Listeners::isLoopback);
            assertThat(Listeners.of(stack.registry().process().pid()))
                    .hasSize(2)
                    .allMatch(Listeners::isLoopback);
        }

        stack.close();

        assertThat(stack.broker().isAlive()).isFalse();
        assertThat(stack.registry().isAlive()).isFalse();
        assertThat(directory.resolve("broker/broker.pid")).doesNotExist();
        assertThat(directory.resolve("registry/registry.pid")).doesNotExist();
    }

    @Test
    void whenTheBrokerDoesNotComeUpTheRegistryDoesNotStay(@TempDir Path directory) throws Exception {
        Path data = Files.createDirectories(directory.resolve("broker/data"));
        Files.createFile(directory.resolve("broker/formatted"));

        assertThatThrownBy(() -> LocalStack.start(directory))
                .isInstanceOf(ChildProcessException.class)
                .hasMessageContaining("No readable meta.properties files found");

        assertThat(data).exists();
        assertThat(directory.resolve("registry/registry.pid")).doesNotExist();
    }
}
