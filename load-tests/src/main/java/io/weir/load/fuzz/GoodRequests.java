package io.weir.load.fuzz;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** A trickle of good requests, one after the other on one connection: each must be decided, whatever else goes on. */
final class GoodRequests {
    private static final long PAUSE_MS = 10;

    private final InetSocketAddress address;
    private final Random random;
    private final Counts counts;
    private final Thread thread = new Thread(this::run, "good-requests");
    private final AtomicLong longestNs = new AtomicLong();
    private volatile boolean ended;

    GoodRequests(InetSocketAddress address, long seed, Counts counts) {
        this.address = address;
        this.random = new Random(seed);
        this.counts = counts;
        thread.setDaemon(true);
        thread.start();
    }

    /** The longest that one waited for its decision, in milliseconds. */
    long longestMs() {
        return longestNs.get() / 1_000_000;
    }

    private void run() {
        try (RawConnection connection = new RawConnection(address)) {
            while (!ended) {
                submit(connection);
                Thread.sleep(PAUSE_MS);
            }
        } catch (IOException e) {
            counts.fault("good requests: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void submit(RawConnection connection) throws IOException {
        byte[] body = FuzzedJson.valid(random);
        byte[] head =
                FuzzedJson.utf8("POST /v1/transactions HTTP/1.1\r\nHost: fuzz\r\nContent-Type: application/json\r\n"
                        + "Prefer: wait=10\r\nContent-Length: " + body.length + "\r\n\r\n");
        long sentNs = System.nanoTime();
        connection.send(FuzzedJson.join(head, body));
        Answer answer = connection.read();
        longestNs.accumulateAndGet(System.nanoTime() - sentNs, Math::max);
        if (answer == null) {
            throw new IOException("the connection was closed");
        }
        counts.add("good request", String.valueOf(answer.status()));
        if (answer.status() != Answer.OK) {
            counts.fault("a good request was not decided: " + answer.body());
        }
    }

    /** Sends no more. */
    void end() throws InterruptedException {
        ended = true;
        thread.join();
    }
}
