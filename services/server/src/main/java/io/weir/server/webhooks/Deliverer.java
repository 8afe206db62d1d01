package io.weir.server.webhooks;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.vertx.core.Context;
import io.weir.server.log.Backoff;
import io.weir.server.log.DeadLetterContext;
import io.weir.server.log.LogRecord;
import io.weir.server.log.RecordAppender;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers messages to one endpoint: posts, waits and posts again, until it is accepted or given up to the dead letters. Where
 * too many attempts fail the circuit breaker opens: everything waits, so that nothing more is read, and single messages probe
 * the endpoint until it accepts one. Confined to one event loop, but for what is said to be otherwise.
 */
final class Deliverer {
    private static final Logger log = LoggerFactory.getLogger(Deliverer.class);
    private static final long SWEEP_MS = 1_000;

    private final Endpoint endpoint;
    private final Sender sender;
    private final RecordAppender letters;
    private final String instance;
    private final WebhookMetrics metrics;
    private final Context context;
    private final LongSupplier clockMs;
    private final CircuitBreaker breaker;
    private final Backoff backoff;

    /** Those that the breaker does not let pass, in order. */
    private final Queue<Delivery> heldBack = new ArrayDeque<>();
    /** Those that pause before another attempt, with their timers. */
    private final Map<Delivery, Long> pausing = new HashMap<>();

    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile String lastFailure = "";
    private long sweeps;
    private boolean stopping;

    Deliverer(
            Endpoint endpoint,
            Context context,
            Sender sender,
            RecordAppender letters,
            String instance,
            WebhookMetrics metrics,
            LongSupplier clockMs) {
        this.endpoint = endpoint;
        this.context = context;
        this.sender = sender;
        this.letters = letters;
        this.instance = instance;
        this.metrics = metrics;
        this.clockMs = clockMs;
        this.backoff =
                new Backoff(endpoint.retries().first(), endpoint.retries().longest());
        this.breaker = CircuitBreaker.of(endpoint.id(), config(endpoint.breaker()));
        breaker.getEventPublisher().onStateTransition(event -> {
            tell(event.getStateTransition());
            context.runOnContext(turn -> letPass());
        });
        context.runOnContext(turn -> sweeps = context.owner().setPeriodic(SWEEP_MS, tick -> sweep()));
    }

    private static CircuitBreakerConfig config(Endpoint.Breaker breaker) {
        return CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(breaker.window())
                .minimumNumberOfCalls(Math.max(1, breaker.window() / 2))
                .failureRateThreshold(breaker.failurePercent())
                // A refusal counts as well: an endpoint that moved must not turn every alert into a dead letter.
                .recordResult(answer -> !(answer instanceof Answer.Accepted))
                .waitIntervalFunctionInOpenState(
                        IntervalFunction.ofExponentialBackoff(breaker.pause(), 2, breaker.longestPause()))
                .automaticTransitionFromOpenToHalfOpenEnabled(true)
                .permittedNumberOfCallsInHalfOpenState(1)
                .build();
    }

    /** The endpoint's circuit breaker; thread-safe. */
    CircuitBreaker breaker() {
        return breaker;
    }

    /** Messages that are not done with. From any thread. */
    int inFlight() {
        return inFlight.get();
    }

    /** What the endpoint, or the way to it, last failed with. From any thread. */
    String lastFailure() {
        return lastFailure;
    }

    /**
     * Delivers a message. From any thread.
     *
     * @param ours whether it still matters what becomes of it here
     * @return see {@link io.weir.server.log.GroupFeed.Handler}
     */
    CompletionStage<Boolean> deliver(Message message, BooleanSupplier ours) {
        Delivery delivery = new Delivery(message, ours);
        inFlight.incrementAndGet();
        context.runOnContext(turn -> attempt(delivery));
        return delivery.done.whenComplete((done, failure) -> inFlight.decrementAndGet());
    }

    /** Makes a dead letter of what is no alert. From any thread. */
    CompletionStage<Boolean> giveUp(LogRecord record, String error, String message) {
        return append(record, DeadLetterContext.of(record, Webhooks.STAGE, error, message, instance));
    }

    /** Begins no more attempts; those under way end. From any thread. */
    void stop() {
        context.runOnContext(turn -> {
            stopping = true;
            context.owner().cancelTimer(sweeps);
            heldBack.forEach(Delivery::leave);
            heldBack.clear();
            pausing.forEach((delivery, timer) -> {
                context.owner().cancelTimer(timer);
                delivery.leave();
            });
            pausing.clear();
        });
    }

    private void attempt(Delivery delivery) {
        if (stopping || !delivery.ours()) {
            delivery.leave();
            return;
        }
        if (!breaker.tryAcquirePermission()) {
            heldBack.add(delivery);
            return;
        }
        delivery.posted(breaker.getState() != CircuitBreaker.State.CLOSED);
        long begun = System.nanoTime();
        sender.post(delivery.message).onSuccess(answer -> answered(delivery, answer, System.nanoTime() - begun));
    }

    private void answered(Delivery delivery, Answer answer, long nanos) {
        metrics.attempted(nanos);
        switch (answer) {
            case Answer.Accepted accepted -> {
                metrics.delivered(clockMs.getAsLong() - delivery.message.alert().timestampMs());
                delivery.done.complete(true);
            }
            case Answer.Refused refused -> {
                lastFailure = refused.why();
                metrics.failed("refused");
                giveUp(delivery, "EndpointRefused", refused.why());
            }
            case Answer.Failed failed -> {
                lastFailure = failed.why();
                metrics.failed(failed.kind());
                failed(delivery, failed);
            }
        }
        breaker.onResult(nanos, TimeUnit.NANOSECONDS, answer); // last: it may let others pass
    }

    private void failed(Delivery delivery, Answer.Failed failed) {
        Endpoint.Retries retries = endpoint.retries();
        long ageMs = clockMs.getAsLong() - delivery.message.alert().timestampMs();
        if (stopping) {
            delivery.leave();
        } else if (delivery.attempts() >= retries.attempts()
                || ageMs >= retries.age().toMillis()) {
            giveUp(
                    delivery,
                    "EndpointUnavailable",
                    "given up after " + delivery.tries() + " attempts, " + TimeUnit.MILLISECONDS.toSeconds(ageMs)
                            + " s after the alert; the last: " + failed.why());
        } else {
            long pauseMs = backoff.ms(delivery.tries());
            long askedMs =
                    Math.min(retries.longest().toMillis(), failed.retryAfter().toMillis());
            pausing.put(delivery, context.owner().setTimer(Math.max(pauseMs, askedMs), timer -> {
                pausing.remove(delivery);
                attempt(delivery);
            }));
        }
    }

    private void giveUp(Delivery delivery, String error, String why) {
        LogRecord record = delivery.message.alert();
        DeadLetterContext letter = DeadLetterContext.of(record, Webhooks.STAGE, error, why, instance)
                .with("webhook.id", delivery.message.id())
                .with("webhook.attempts", String.valueOf(delivery.tries()));
        append(record, letter).whenComplete((done, failure) -> {
            if (failure == null) {
                delivery.done.complete(done);
            } else {
                delivery.done.completeExceptionally(failure);
            }
        });
    }

    private CompletionStage<Boolean> append(LogRecord record, DeadLetterContext letter) {
        log.warn(
                "webhook {}: {} partition {} offset {} is a dead letter: {}: {}",
                endpoint.id(),
                record.topic(),
                record.partition(),
                record.offset(),
                letter.error(),
                letter.message());
        return letters.append(
                        letter.with(Webhooks.ENDPOINT_HEADER, endpoint.id()).letter(record))
                .thenApply(appended -> {
                    metrics.deadLetter();
                    return true;
                });
    }

    /** Asks the breaker again, for each once. */
    private void letPass() {
        for (int waiting = heldBack.size(); waiting > 0; waiting--) {
            Delivery next = heldBack.poll();
            if (next != null) {
                attempt(next);
            }
        }
    }

    /** Forgets what others take care of by now: it would only keep this instance from reading on. */
    private void sweep() {
        heldBack.removeIf(Deliverer::left);
        for (Iterator<Map.Entry<Delivery, Long>> entries = pausing.entrySet().iterator(); entries.hasNext(); ) {
            Map.Entry<Delivery, Long> entry = entries.next();
            if (left(entry.getKey())) {
                context.owner().cancelTimer(entry.getValue());
                entries.remove();
            }
        }
    }

    private static boolean left(Delivery delivery) {
        if (delivery.ours()) {
            return false;
        }
        delivery.leave();
        return true;
    }

    private void tell(CircuitBreaker.StateTransition transition) {
        switch (transition.getToState()) {
            case OPEN -> log.warn("webhook {} pauses, it fails: {}", endpoint.id(), lastFailure);
            case CLOSED -> log.info("webhook {} goes on", endpoint.id());
            default -> log.debug("webhook {}: {}", endpoint.id(), transition);
        }
    }
}
