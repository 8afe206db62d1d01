package io.weir.load.fuzz;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Requests whose bodies never end, a byte now and then: each is answered with 408 and its connection closed. */
final class SlowBodies {
    private static final long BYTE_EVERY_MS = 100;
    private static final byte[] HEAD = FuzzedJson.utf8("POST /v1/transactions HTTP/1.1\r\nHost: fuzz\r\n"
            + "Content-Type: application/json\r\nContent-Length: 10000\r\n\r\n{");

    private final Counts counts;
    private final List<RawConnection> connections = new ArrayList<>();
    private final Thread thread = new Thread(this::drip, "slow-bodies");
    private volatile boolean ended;

    SlowBodies(InetSocketAddress address, int number, Counts counts) throws IOException {
        this.counts = counts;
        for (int i = 0; i < number; i++) {
            RawConnection connection = new RawConnection(address);
            connections.add(connection);
            connection.send(HEAD);
        }
        thread.setDaemon(true);
        thread.start();
    }

    private void drip() {
        byte[] space = {' '};
        try {
            while (!ended) {
                for (RawConnection connection : connections) {
                    connection.send(space);
                }
                Thread.sleep(BYTE_EVERY_MS);
            }
        } catch (IOException e) {
            counts.fault("slow bodies: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the answers, and for the connections to be closed. */
    void end() throws IOException, InterruptedException {
        for (RawConnection connection : connections) {
            Answer answer = connection.read();
            counts.add("slow body", answer == null ? "closed" : String.valueOf(answer.status()));
            String wrong = answer == null ? null : answer.wrong(Set.of(408));
            if (wrong != null) {
                counts.fault("slow body: " + wrong);
            }
            if (answer != null && connection.read() != null) {
                counts.fault("slow body: answered twice");
            }
        }
        ended = true;
        thread.join();
        for (RawConnection connection : connections) {
            connection.close();
        }
    }
}
