package io.weir.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.weir.load.OpenLoopLoad.Request;
import io.weir.load.OpenLoopLoad.Target;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenLoopLoadTest {
    private static final int COUNT = 200;
    private static final double RATE = 1_000;

    private final Vertx vertx = Vertx.vertx();
    private final Answers answers = new Answers();

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void everyRequestIsSentAndAnsweredOnce() throws Exception {
        Map<String, Integer> seen = new ConcurrentHashMap<>();
        int port = serve(request -> request.body().onSuccess(body -> {
            seen.merge(body.toString(), 1, Integer::sum);
            request.response().setStatusCode(202).end("ok");
        }));
        try (OpenLoopLoad load = new OpenLoopLoad(target(port, COUNT))) {
            load.run(requests(), RATE, answers);
        }
        assertThat(seen).hasSize(COUNT).allSatisfy((body, times) -> assertThat(times)
                .isEqualTo(1));
        assertThat(answers.statuses).hasSize(COUNT).containsOnly(202);
        assertThat(answers.failures).isEmpty();
    }

    @Test
    void aServerThatStallsDoesNotSlowTheScheduleAndIsChargedToEveryRequest() throws Exception {
        List<HttpServerRequest> held = new ArrayList<>();
        int port = serve(request -> {
            held.add(request);
            if (held.size() == COUNT) {
                held.forEach(each -> each.response().end());
            }
        });
        try (OpenLoopLoad load = new OpenLoopLoad(target(port, COUNT))) {
            load.run(requests(), RATE, answers);
        }
        // Nothing is answered before the last request has come, which is not before it was due.
        long lastDueNs = (long) ((COUNT - 1) * 1e9 / RATE);
        assertThat(answers.latencies.get("0")).isGreaterThanOrEqualTo(lastDueNs);
        assertThat(answers.statuses).hasSize(COUNT);
    }

    @Test
    void warmingUpKeepsToTheNumberInFlight() throws Exception {
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        int port = serve(request -> {
            most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            vertx.setTimer(1, later -> {
                inFlight.decrementAndGet();
                request.response().end();
            });
        });
        try (OpenLoopLoad load = new OpenLoopLoad(target(port, COUNT))) {
            load.warmUp(requests(), 8, answers);
        }
        assertThat(most.get()).isBetween(1, 8);
        assertThat(answers.statuses).hasSize(COUNT);
    }

    @Test
    void aServerThatIsNotThereFailsEveryRequestAndTheRunEnds() throws Exception {
        int port = serve(request -> request.response().end());
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        try (OpenLoopLoad load = new OpenLoopLoad(target(port, COUNT))) {
            load.run(requests(), RATE, answers);
        }
        assertThat(answers.failures).hasSize(COUNT);
    }

    private int serve(Handler<HttpServerRequest> handler) throws Exception {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(handler)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        return server.actualPort();
    }

    private static Target target(int port, int inFlight) {
        return new Target("127.0.0.1", port, "/", COUNT, inFlight, 30_000);
    }

    private static Iterator<Request> requests() {
        return IntStream.range(0, COUNT)
                .mapToObj(i -> new Request(String.valueOf(i), Buffer.buffer("{\"i\":" + i + "}")))
                .iterator();
    }

    private static final class Answers implements OpenLoopLoad.Listener {
        private final List<Integer> statuses = java.util.Collections.synchronizedList(new ArrayList<>());
        private final List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        private final Map<String, Long> latencies = new ConcurrentHashMap<>();

        @Override
        public void answered(Request request, int status, Buffer body, long latencyNs) {
            statuses.add(status);
            latencies.put(request.id(), latencyNs);
        }

        @Override
        public void failed(Request request, Throwable why, long latencyNs) {
            failures.add(why);
        }
    }
}
