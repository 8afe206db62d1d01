package io.weir.load;

import io.vertx.core.buffer.Buffer;
import io.weir.load.OpenLoopLoad.Request;
import io.weir.load.OpenLoopLoad.Target;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Submits transactions to a gateway and waits for each decision in the response: a caller who would rather be told "pending"
 * after 100 ms would hide how long the slowest decisions take.
 */
final class HttpLoad implements AutoCloseable {
    static final String DECIDED = "decided";
    static final String PENDING = "pending";
    static final String REFUSED = "refused";
    static final String FAILED = "failed";

    /** Ten seconds, the most that a gateway waits. */
    private static final Map<String, String> UNTIL_DECIDED = Map.of("Prefer", "wait=10");

    private static final int CONNECTIONS = 256;
    /** The gateway takes 2,000; what is beyond it refuses, which is to be seen. */
    private static final int MAX_IN_FLIGHT = 4_000;

    private static final long TIMEOUT_MS = 15_000;
    private static final int BURST_IN_FLIGHT = 64;

    private final OpenLoopLoad load;

    HttpLoad(String host, int port) {
        load = new OpenLoopLoad(
                new Target(host, port, "/v1/transactions", CONNECTIONS, MAX_IN_FLIGHT, TIMEOUT_MS, UNTIL_DECIDED));
    }

    /** Submits so many, as fast as answers come, and counts how they ended. */
    void burst(Iterator<String> bodies, int count) throws InterruptedException {
        load.warmUp(new Requests(bodies, count), BURST_IN_FLIGHT, new Tally());
    }

    /**
     * Submits so many on a schedule; returns when all have ended.
     *
     * @param leadIn how many go before what is recorded, on the same schedule
     * @return outcomes are of those recorded
     */
    LoadResult run(Iterator<String> bodies, double perSecond, int leadIn, int count) throws InterruptedException {
        Tally tally = new Tally();
        tally.leadIn = leadIn;
        load.run(new Requests(bodies, leadIn + count), perSecond, tally);
        return tally.result(perSecond, count);
    }

    @Override
    public void close() {
        load.close();
    }

    /** Requests by their number in the run, which is their id. */
    private static final class Requests implements Iterator<Request> {
        private final Iterator<String> bodies;
        private final int count;
        private int next;

        Requests(Iterator<String> bodies, int count) {
            this.bodies = bodies;
            this.count = count;
        }

        @Override
        public boolean hasNext() {
            return next < count;
        }

        @Override
        public Request next() {
            return new Request(String.valueOf(next++), Buffer.buffer(bodies.next()));
        }
    }

    private static final class Tally implements OpenLoopLoad.Listener {
        private final Latencies latencies = new Latencies();
        private final Latencies lateness = new Latencies();
        private final Map<String, LongAdder> outcomes = new LinkedHashMap<>();
        private final AtomicLong firstSentNs = new AtomicLong();
        private final AtomicLong lastSentNs = new AtomicLong();
        private final AtomicBoolean told = new AtomicBoolean();
        private int leadIn;

        Tally() {
            for (String word : new String[] {DECIDED, PENDING, REFUSED, FAILED}) {
                outcomes.put(word, new LongAdder());
            }
        }

        @Override
        public void sent(Request request, long lateNs) {
            if (!counts(request)) {
                return;
            }
            long nowNs = System.nanoTime();
            firstSentNs.compareAndSet(0, nowNs - lateNs); // when it was due
            lastSentNs.set(nowNs);
            lateness.record(lateNs);
        }

        @Override
        public void answered(Request request, int status, @Nullable Buffer body, long latencyNs) {
            if (!counts(request)) {
                return;
            }
            String outcome = status == 200 ? DECIDED : status == 202 ? PENDING : REFUSED;
            add(outcome);
            if (status == 200) {
                latencies.record(latencyNs);
            }
        }

        @Override
        public void failed(Request request, Throwable why, long latencyNs) {
            if (counts(request)) {
                add(FAILED);
                if (told.compareAndSet(false, true)) {
                    System.out.println("The first request that failed, after " + latencyNs / 1_000_000 + " ms: " + why);
                }
            }
        }

        private boolean counts(Request request) {
            return Integer.parseInt(request.id()) >= leadIn;
        }

        private void add(String outcome) {
            LongAdder count = outcomes.get(outcome);
            if (count != null) {
                count.increment();
            }
        }

        LoadResult result(double perSecond, int count) {
            Map<String, Long> counts = new LinkedHashMap<>();
            outcomes.forEach((word, number) -> counts.put(word, number.sum()));
            double seconds = (lastSentNs.get() - firstSentNs.get()) / 1e9;
            double achieved = count == 1 ? perSecond : (count - 1) / seconds;
            return new LoadResult(perSecond, achieved, counts, latencies.microseconds(), lateness.microseconds());
        }
    }
}
