package io.weir.load.fuzz;

import io.weir.load.fuzz.FuzzedRequest.Ending;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Bad requests over sockets, some at a time, while good ones trickle. Nothing internal may be told, every refusal is a
 * problem document, no status is one that its kind of request may not have, and every good request is decided.
 *
 * @param seed the same requests from the same seed, however they interleave
 * @param requests how many
 * @param connections at a time
 * @param slowBodies requests beside them whose bodies never end
 */
public record GatewayFuzz(InetSocketAddress address, long seed, int requests, int connections, int slowBodies) {
    private static final long PAUSE_IN_PIECES_MS = 5;

    /**
     * What came of it.
     *
     * @param counts by kind of request
     * @param longestGoodMs the longest that a good request waited for its decision, in milliseconds
     */
    public record Result(Counts counts, long longestGoodMs) {}

    /**
     * Sends them all.
     *
     * @param progress told how many have been sent, now and then
     */
    public Result run(IntConsumer progress) throws IOException, InterruptedException {
        Counts counts = new Counts();
        GoodRequests good = new GoodRequests(address, ~seed, counts);
        SlowBodies slow = new SlowBodies(address, slowBodies, counts);
        try (ExecutorService workers = Executors.newFixedThreadPool(connections)) {
            FuzzedRequests generator = new FuzzedRequests(seed);
            List<Future<?>> sent = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                FuzzedRequest request = generator.next();
                String name = "seed " + seed + ", request " + i + ", " + request;
                sent.add(workers.submit(() -> send(request, name, counts)));
                if (sent.size() == 10 * connections) {
                    await(sent);
                    progress.accept(i + 1);
                }
            }
            await(sent);
        }
        slow.end();
        good.end();
        return new Result(counts, good.longestMs());
    }

    private static void await(List<Future<?>> sent) throws InterruptedException {
        for (Future<?> one : sent) {
            try {
                one.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the fuzzer itself failed: " + e.getCause(), e.getCause());
            }
        }
        sent.clear();
    }

    private void send(FuzzedRequest request, String name, Counts counts) {
        try (RawConnection connection = new RawConnection(address)) {
            for (int i = 0; i < request.parts().size(); i++) {
                if (i > 0) {
                    Thread.sleep(PAUSE_IN_PIECES_MS);
                }
                connection.send(request.parts().get(i));
            }
            if (request.ending() == Ending.GONE) {
                counts.add(request.kind(), "gone");
                return;
            }
            if (request.ending() == Ending.HALF_CLOSED) {
                connection.halfClose();
            }
            judge(request, connection.read(), name, counts);
        } catch (SocketTimeoutException e) {
            counts.add(request.kind(), "no answer");
            counts.fault("no answer to " + name);
        } catch (IOException e) {
            counts.fault(e + ": " + name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void judge(FuzzedRequest request, @Nullable Answer answer, String name, Counts counts) {
        counts.add(request.kind(), answer == null ? "closed" : String.valueOf(answer.status()));
        if (answer != null) {
            String wrong = answer.wrongFor(request);
            if (wrong != null) {
                counts.fault(wrong + " to " + name);
            }
        } else if (request.ending() == Ending.COMPLETE) {
            counts.fault("closed without an answer: " + name);
        }
    }
}
