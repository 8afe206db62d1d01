package io.weir.local;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One broker of a local cluster, which is one of its controllers, too.
 *
 * @param id from 1
 * @param directory of its own
 * @param port for clients
 * @param controllerPort for the other controllers
 * @param detour a second way to it; null if there is none
 */
record BrokerNode(
        int id,
        Path directory,
        int port,
        int controllerPort,
        @Nullable Detour detour) {
    /**
     * Claims its ports, those of its last life if they are free.
     *
     * @param detour whether there is a second way to it
     */
    static BrokerNode in(int id, Path directory, boolean detour) {
        Path absolute = directory.toAbsolutePath().normalize();
        List<Integer> ports = LoopbackPorts.claim(absolute.resolve("ports"), detour ? 4 : 2);
        return new BrokerNode(
                id, absolute, ports.get(0), ports.get(1), detour ? new Detour(ports.get(2), ports.get(3)) : null);
    }

    /** {@code host:port} for clients. */
    String address() {
        return "127.0.0.1:" + port;
    }

    /** As an entry of {@code controller.quorum.voters}. */
    String voter() {
        return id + "@127.0.0.1:" + controllerPort;
    }
}
