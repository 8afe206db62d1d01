package io.weir.cli;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.weir.load.Latencies;
import io.weir.load.OpenLoopLoad;
import io.weir.load.OpenLoopLoad.Request;
import io.weir.load.OpenLoopLoad.Target;
import io.weir.training.simulator.SimulatedTransaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Submits simulated transactions, first as fast as answers come and then on a schedule, and keeps account of the answers. A refused or failed request is
 * submitted again after the others, with the same id: what a payment service would do.
 */
final class DemoLoad implements OpenLoopLoad.Listener {
    private static final int WARM_UP_IN_FLIGHT = 16;
    private static final long RETRY_PAUSE_MS = 1_000;
    /** After so long without any answer nobody is there any more; a server that restarts needs less. */
    private static final long GIVE_UP_NS = Duration.ofMinutes(2).toNanos();

    private final String prefix;
    private final Latencies warming = new Latencies();
    private final Latencies scheduled = new Latencies();
    private final LongAdder sent = new LongAdder();
    private final LongAdder pending = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final Queue<Request> unanswered = new ConcurrentLinkedQueue<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<String, LongAdder> refusals = new ConcurrentHashMap<>();
    private volatile @Nullable Latencies phase;

    DemoLoad(String prefix) {
        this.prefix = prefix;
    }

    /** Submits them all; returns when each is acknowledged or given up. */
    void run(Target target, List<SimulatedTransaction> transactions, int warmUp, double rate)
            throws InterruptedException {
        try (OpenLoopLoad load = new OpenLoopLoad(target)) {
            phase = warming;
            load.warmUp(requests(transactions.subList(0, warmUp)), WARM_UP_IN_FLIGHT, this);
            phase = scheduled;
            load.run(requests(transactions.subList(warmUp, transactions.size())), rate, this);
            phase = null; // a retry's own latency says nothing about the schedule
            long answeredNs = System.nanoTime();
            int before = acknowledged.size();
            while (!unanswered.isEmpty() && System.nanoTime() - answeredNs < GIVE_UP_NS) {
                Thread.sleep(RETRY_PAUSE_MS);
                List<Request> again = new ArrayList<>();
                for (Request request = unanswered.poll(); request != null; request = unanswered.poll()) {
                    again.add(request);
                }
                load.run(again.iterator(), rate, this);
                if (acknowledged.size() > before) {
                    before = acknowledged.size();
                    answeredNs = System.nanoTime();
                }
            }
        }
    }

    @Override
    public void answered(Request request, int status, Buffer body, long latencyNs) {
        sent.increment();
        if (status != 200 && status != 202) {
            refusals.computeIfAbsent("HTTP " + status, key -> new LongAdder()).increment();
            unanswered.add(request);
            return;
        }
        acknowledged.add(request.id());
        if (status == 202) {
            pending.increment();
        } else if (new JsonObject(body).getBoolean("duplicate", false)) {
            duplicates.increment();
        }
        recordLatency(latencyNs);
    }

    @Override
    public void failed(Request request, Throwable why, long latencyNs) {
        sent.increment();
        refusals.computeIfAbsent(why.getClass().getSimpleName(), key -> new LongAdder())
                .increment();
        unanswered.add(request);
    }

    long sent() {
        return sent.sum();
    }

    Set<String> acknowledged() {
        return acknowledged;
    }

    /** Answered 202: not decided within the budget, to be decided later. */
    long pending() {
        return pending.sum();
    }

    /** Answered with a decision that an earlier try of the same id had led to. */
    long duplicates() {
        return duplicates.sum();
    }

    /** Never acknowledged, in spite of retries. */
    int givenUp() {
        return unanswered.size();
    }

    /** Refused or failed tries, by kind. */
    ConcurrentHashMap<String, LongAdder> refusals() {
        return refusals;
    }

    /** Of the warm-up, from when a request was sent. */
    Latencies warmUpLatencies() {
        return warming;
    }

    /** Of the rest, from when a request was due. */
    Latencies latencies() {
        return scheduled;
    }

    /** Of the part of the run that is on. */
    Latencies currentLatencies() {
        return scheduled.count() == 0 ? warming : scheduled;
    }

    private void recordLatency(long latencyNs) {
        Latencies current = phase;
        if (current != null) {
            current.record(latencyNs);
        }
    }

    private Iterator<Request> requests(List<SimulatedTransaction> transactions) {
        Iterator<SimulatedTransaction> source = transactions.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return source.hasNext();
            }

            @Override
            public Request next() {
                return request(source.next());
            }
        };
    }

    private Request request(SimulatedTransaction transaction) {
        String id = prefix + transaction.id();
        JsonObject json = new JsonObject()
                .put("transactionId", id)
                .put("accountId", "customer-" + transaction.customerId())
                .put("occurredAtMs", transaction.occurredAtMs())
                .put("amountMinor", transaction.amountMinor())
                .put("currency", "EUR")
                .put("terminalId", "terminal-" + transaction.terminalId());
        return new Request(id, json.toBuffer());
    }
}
