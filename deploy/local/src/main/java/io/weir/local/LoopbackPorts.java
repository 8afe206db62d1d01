package io.weir.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Free TCP ports on the loopback address. */
public final class LoopbackPorts {
    /** Below the ranges that operating systems take ports for outgoing connections from, so that a port stays free over a restart. */
    private static final int LOWEST = 20_000;

    private static final int HIGHEST = 32_000;

    /**
     * Processes take ports from classes of their own, by their ids: two that start servers at the same moment, as test runs
     * do, would now and then find the same port free.
     */
    private static final int CLASSES = 16;

    private static final int OWN_CLASS = (int) (ProcessHandle.current().pid() % CLASSES);

    /** IPv4 whatever the JVM prefers: it is what the children bind to. */
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    /** Given out by this JVM, whether or not someone listens there yet. */
    private static final Set<Integer> CLAIMED = new HashSet<>();

    private LoopbackPorts() {}

    /**
     * Returns {@code count} distinct free ports: those remembered in {@code file} if all are still free, else new ones,
     * which are then remembered there.
     *
     * @throws UncheckedIOException if {@code file} cannot be read or written
     */
    public static synchronized List<Integer> claim(Path file, int count) {
        try {
            List<Integer> remembered = read(file);
            if (remembered.size() == count && remembered.stream().allMatch(LoopbackPorts::isFree)) {
                return remembered;
            }
            Set<Integer> chosen = new LinkedHashSet<>();
            while (chosen.size() < count) {
                int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST) / CLASSES * CLASSES + OWN_CLASS;
                if (!CLAIMED.contains(port) && isFree(port)) {
                    chosen.add(port);
                }
            }
            CLAIMED.addAll(chosen);
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, chosen.stream().map(String::valueOf).toList());
            return List.copyOf(chosen);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remember ports in " + file, e);
        }
    }

    /** The ports remembered in {@code file}; none if there is no such file. */
    static List<Integer> remembered(Path file) throws IOException {
        return read(file);
    }

    private static List<Integer> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return Files.readAllLines(file).stream().map(Integer::valueOf).toList();
        } catch (NumberFormatException damaged) {
            return List.of();
        }
    }

    /** Whether a server could listen on the port now. */
    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As servers do: connections of an earlier server in TIME_WAIT are no hindrance.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
