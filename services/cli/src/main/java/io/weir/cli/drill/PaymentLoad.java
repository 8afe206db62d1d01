package io.weir.cli.drill;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.weir.cli.drill.Payments.Payment;
import io.weir.load.Latencies;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Payments over HTTP on a schedule that waits for nobody, by a client as a payment service should be: what is refused or gets
 * no answer is sent again under the same id, to another instance, after a growing pause; until it is acknowledged. It keeps
 * account of what it was told.
 */
final class PaymentLoad implements AutoCloseable {
    private static final int CONNECTIONS = 256;
    private static final long TIMEOUT_MS = 2_000;
    /** Requests that wait for a connection to an instance; further ones fail at once, and go to another. */
    private static final int MOST_QUEUED = 512;

    private static final long FIRST_PAUSE_MS = 50;
    private static final long LAST_PAUSE_MS = 1_000;
    /** An instance that failed is not asked again for so long, if there is another. */
    private static final long AVOID_NS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Not acknowledged, at most. A client whose service is down does not take payments for ever. */
    private static final int MOST_WAITING = 20_000;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final HttpClient client;
    private final int[] ports;
    private final long[] avoidUntilNs;
    private final Payments payments;
    private final Map<String, Told> told = new ConcurrentHashMap<>();
    private final Map<String, Integer> rejected = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> troubles = new ConcurrentHashMap<>();
    private final Latencies latencies = new Latencies();
    private final AtomicInteger submitted = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger heldBack = new AtomicInteger();
    private volatile double perSecond;
    private volatile LongUnaryOperator clock = nowMs -> nowMs;
    private volatile boolean ended;
    private volatile boolean closed;
    private volatile long endedNs = Long.MAX_VALUE;

    private int turn;
    private @Nullable Thread pacing;

    /**
     * What the caller was told of a payment.
     *
     * @param decision APPROVE, REVIEW or DECLINE; null while it is pending
     * @param score of a decision
     * @param partition where the transaction lies on the log
     * @param offset there
     */
    record Told(@Nullable String decision, double score, int partition, long offset) {
        static final Told PENDING = new Told(null, 0, 0, 0);

        static Told of(int status, Buffer body) {
            if (status == 202) {
                return PENDING;
            }
            JsonObject json = body.toJsonObject();
            JsonObject position = json.getJsonObject("position");
            return new Told(
                    json.getString("decision"),
                    json.getDouble("score", 0.0),
                    position.getInteger("partition"),
                    position.getLong("offset"));
        }
    }

    /** A load that has not begun, to instances that listen at these ports. */
    PaymentLoad(int[] ports, Payments payments, double perSecond) {
        this.ports = ports.clone();
        this.avoidUntilNs = new long[ports.length];
        this.payments = payments;
        this.perSecond = perSecond;
        client = vertx.httpClientBuilder()
                .with(new HttpClientOptions().setTcpNoDelay(true).setConnectTimeout((int) TIMEOUT_MS))
                .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(MOST_QUEUED))
                // A connection that breaks is an answer that does not come, which is accounted for there.
                .withConnectHandler(connection -> connection.exceptionHandler(broken -> {}))
                .build();
    }

    void start() {
        pacing = Thread.ofPlatform().daemon().name("payments").start(this::pace);
    }

    private void pace() {
        long dueNs = System.nanoTime();
        while (!ended) {
            long left;
            while ((left = dueNs - System.nanoTime()) > 0) {
                LockSupport.parkNanos(left);
            }
            if (waiting.get() < MOST_WAITING) {
                Payment payment = payments.next(clock.applyAsLong(System.currentTimeMillis()));
                long sinceNs = dueNs;
                waiting.incrementAndGet();
                submitted.incrementAndGet();
                context.runOnContext(now -> send(payment, sinceNs, 0));
            } else {
                heldBack.incrementAndGet();
            }
            dueNs += (long) (1e9 / perSecond);
        }
    }

    private void send(Payment payment, long sinceNs, int attempt) {
        if (closed) {
            return;
        }
        int target = target();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(ports[target])
                .setURI("/v1/transactions")
                .setIdleTimeout(TIMEOUT_MS)
                .putHeader("Content-Type", "application/json");
        client.request(options)
                .compose((HttpClientRequest out) -> out.send(payment.body()))
                .compose((HttpClientResponse in) ->
                        in.body().map(body -> new Answer(in.statusCode(), in.getHeader("Retry-After"), body)))
                .onComplete(answer -> {
                    if (answer.succeeded()) {
                        answered(payment, sinceNs, attempt, answer.result());
                    } else {
                        avoidUntilNs[target] = System.nanoTime() + AVOID_NS;
                        trouble(answer.cause().getClass().getSimpleName());
                        again(payment, sinceNs, attempt, 0);
                    }
                });
    }

    private record Answer(int status, @Nullable String retryAfter, Buffer body) {}

    private void answered(Payment payment, long sinceNs, int attempt, Answer answer) {
        int status = answer.status;
        if (status == 200 || status == 202) {
            told.put(payment.id(), Told.of(status, answer.body));
            latencies.record(System.nanoTime() - sinceNs);
            waiting.decrementAndGet();
        } else if (status >= 500 || status == 429) {
            trouble("HTTP " + status);
            again(payment, sinceNs, attempt, answer.retryAfter == null ? 0 : Long.parseLong(answer.retryAfter) * 1_000);
        } else {
            trouble("HTTP " + status);
            rejected.put(payment.id(), status);
            waiting.decrementAndGet();
        }
    }

    /** Half of each pause is chance, so that those refused together do not come back together. */
    private void again(Payment payment, long sinceNs, int attempt, long atLeastMs) {
        long most = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(attempt, 8));
        long pauseMs = Math.max(atLeastMs, 1 + most / 2 + (long) (Math.random() * most / 2));
        vertx.setTimer(pauseMs, timer -> send(payment, sinceNs, attempt + 1));
    }

    /** The instances in turn, but for those that have just failed. */
    private int target() {
        long nowNs = System.nanoTime();
        for (int i = 0; i < ports.length; i++) {
            turn = (turn + 1) % ports.length;
            if (nowNs - avoidUntilNs[turn] > 0) {
                return turn;
            }
        }
        turn = (turn + 1) % ports.length;
        return turn;
    }

    private void trouble(String what) {
        troubles.computeIfAbsent(what, key -> new AtomicInteger()).incrementAndGet();
    }

    /** From now on, so many a second. */
    void rate(double newPerSecond) {
        perSecond = newPerSecond;
    }

    double rate() {
        return perSecond;
    }

    /** From now on payments carry the times that this makes of the real ones, in milliseconds. */
    void clock(LongUnaryOperator newClock) {
        clock = newClock;
    }

    /**
     * No more payments; waits until each of those that were sent is acknowledged or rejected.
     *
     * @return whether all were within that time
     */
    boolean end(long patienceMs) throws InterruptedException {
        ended = true;
        if (pacing != null) {
            pacing.join();
        }
        endedNs = System.nanoTime();
        while (waiting.get() > 0 && System.nanoTime() - endedNs < TimeUnit.MILLISECONDS.toNanos(patienceMs)) {
            Thread.sleep(20);
        }
        return waiting.get() == 0;
    }

    /** When the last payment was sent for the first time. */
    long endedNs() {
        return endedNs;
    }

    /** Payments sent, each counted once. */
    int submitted() {
        return submitted.get();
    }

    /** Sent, and neither acknowledged nor rejected. */
    int waiting() {
        return waiting.get();
    }

    /** Payments that were due while too many waited, and not made. */
    int heldBack() {
        return heldBack.get();
    }

    /** By transaction id, what was told last. */
    Map<String, Told> told() {
        return told;
    }

    /** By transaction id, the status with which payments were rejected for good. */
    Map<String, Integer> rejected() {
        return rejected;
    }

    /** Tries that were refused or not answered, by kind. */
    Map<String, AtomicInteger> troubles() {
        return troubles;
    }

    /** From when a payment was due until it was acknowledged, tries included. */
    Latencies latencies() {
        return latencies;
    }

    @Override
    public void close() {
        ended = true;
        closed = true;
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("the HTTP client does not close", e);
        }
    }
}
