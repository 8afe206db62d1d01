package io.weir.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopbackPortsTest {
    @TempDir
    private Path directory;

    @Test
    void portsAreDistinctAndFree() {
        List<Integer> ports = LoopbackPorts.claim(file(), 3);

        assertThat(ports).hasSize(3).doesNotHaveDuplicates().allMatch(LoopbackPorts::isFree);
    }

    @Test
    void theSamePortsAreTakenAgain() {
        assertThat(LoopbackPorts.claim(file(), 2)).isEqualTo(LoopbackPorts.claim(file(), 2));
    }

    @Test
    void otherPortsAreTakenWhenOneIsInUse() throws Exception {
        List<Integer> before = LoopbackPorts.claim(file(), 2);
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), before.get(1)));

            List<Integer> after = LoopbackPorts.claim(file(), 2);

            assertThat(after).doesNotContainAnyElementsOf(before);
            assertThat(LoopbackPorts.claim(file(), 2)).isEqualTo(after);
        }
    }

    @Test
    void twoPlacesDoNotGetTheSamePortsBeforeTheyListen() {
        List<Integer> first = LoopbackPorts.claim(directory.resolve("first"), 50);
        List<Integer> second = LoopbackPorts.claim(directory.resolve("second"), 50);

        assertThat(second).doesNotContainAnyElementsOf(first);
    }

    @Test
    void aDamagedMemoryIsNoHindrance() throws Exception {
        Files.createDirectory(directory.resolve("below"));
        Files.writeString(file(), "twenty\n");

        assertThat(LoopbackPorts.claim(file(), 1)).hasSize(1);
    }

    private Path file() {
        return directory.resolve("below").resolve("ports");
    }
}
