package io.weir.load;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Posts requests on a schedule that does not wait for answers: request i is due at start + i / rate. Latency counts from the moment a request was due, so a stall of the server, or of this client, is felt by every request that should have been
 * sent meanwhile (no coordinated omission).
 */
public final class OpenLoopLoad implements AutoCloseable {
    /** Well below any server's: a request must not meet a connection that is being closed. */
    private static final int KEPT_FOR_S = 30;

    private final Vertx vertx;
    private final HttpClient client;
    private final Context context;
    private final Target target;

    /**
     * Where requests go.
     *
     * @param connections connections at most
     * @param maxInFlight requests in flight at most; where the schedule runs into this, requests go out late, which counts
     *     as their latency
     * @param timeoutMs how long a request may take, milliseconds
     * @param headers of every request, besides its content type
     */
    public record Target(
            String host,
            int port,
            String path,
            int connections,
            int maxInFlight,
            long timeoutMs,
            Map<String, String> headers) {
        public Target {
            headers = Map.copyOf(headers);
        }

        /** Without further headers. */
        public Target(String host, int port, String path, int connections, int maxInFlight, long timeoutMs) {
            this(host, port, path, connections, maxInFlight, timeoutMs, Map.of());
        }
    }

    /**
     * One request.
     *
     * @param id for {@link Listener}
     * @param body a JSON document
     */
    public record Request(String id, Buffer body) {}

    /** Told of every answer, on one thread. */
    public interface Listener {
        /** A request of a schedule goes out, {@code lateNs} after it was due. */
        default void sent(Request request, long lateNs) {}

        /** An answer; {@code latencyNs} from when the request was due to when its body was complete. */
        void answered(Request request, int status, Buffer body, long latencyNs);

        /** No answer: connection refused, reset or timed out. */
        void failed(Request request, Throwable why, long latencyNs);
    }

    public OpenLoopLoad(Target target) {
        this.target = target;
        this.vertx = Vertx.vertx();
        this.context = vertx.getOrCreateContext();
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setKeepAlive(true)
                        .setKeepAliveTimeout(KEPT_FOR_S)
                        .setTcpNoDelay(true)
                        .setConnectTimeout(Math.toIntExact(target.timeoutMs)),
                new PoolOptions().setHttp1MaxSize(target.connections).setMaxWaitQueueSize(-1));
    }

    /**
     * Posts all requests at {@code ratePerSecond}; returns when the last is answered or has failed.
     *
     * @throws InterruptedException when interrupted; requests in flight are left to themselves
     */
    public void run(Iterator<Request> requests, double ratePerSecond, Listener listener) throws InterruptedException {
        Semaphore room = new Semaphore(target.maxInFlight);
        Schedule schedule = new Schedule(System.nanoTime(), ratePerSecond);
        for (long i = 0; requests.hasNext(); i++) {
            schedule.await(i);
            post(requests.next(), schedule.dueNs(i), listener, room);
        }
        room.acquire(target.maxInFlight);
    }

    /**
     * Posts all requests as fast as answers come, {@code inFlight} at a time: for warming up, where a schedule would only
     * measure how far behind it is. Latency counts from when a request is sent.
     *
     * @throws InterruptedException when interrupted; requests in flight are left to themselves
     */
    public void warmUp(Iterator<Request> requests, int inFlight, Listener listener) throws InterruptedException {
        Semaphore room = new Semaphore(inFlight);
        while (requests.hasNext()) {
            post(requests.next(), 0, listener, room);
        }
        room.acquire(inFlight);
    }

    @Override
    public void close() {
        try {
            vertx.close() // and with it the client
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("the load's HTTP client does not close", e);
        }
    }

    private void post(Request request, long dueNs, Listener listener, Semaphore room) throws InterruptedException {
        room.acquire();
        long fromNs = dueNs == 0 ? System.nanoTime() : dueNs;
        context.runOnContext(now -> {
            if (dueNs != 0) {
                listener.sent(request, System.nanoTime() - dueNs);
            }
            send(request, fromNs, listener, room);
        });
    }

    private void send(Request request, long fromNs, Listener listener, Semaphore room) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(target.host)
                .setPort(target.port)
                .setURI(target.path)
                // Of the answer alone: a request that waits for a connection waits on the schedule's account.
                .setIdleTimeout(target.timeoutMs)
                .putHeader("Content-Type", "application/json");
        target.headers.forEach(options::putHeader);
        Answer answer = new Answer();
        client.request(options)
                .compose((HttpClientRequest out) -> out.send(request.body))
                .compose(response -> {
                    answer.status = response.statusCode();
                    return response.body();
                })
                .onComplete(body -> {
                    long latencyNs = System.nanoTime() - fromNs;
                    Throwable why = body.cause();
                    try {
                        if (why == null) {
                            listener.answered(request, answer.status, body.result(), latencyNs);
                        } else {
                            listener.failed(request, why, latencyNs);
                        }
                    } finally {
                        room.release();
                    }
                });
    }

    private static final class Answer {
        private int status;
    }
}
