package io.weir.server.webhooks;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.server.log.GroupFeed;
import java.time.Duration;
import java.util.Locale;

/** The meters {@code weir.webhook.*} of an endpoint. */
final class WebhookMetrics {
    private static final String ENDPOINT = "endpoint";
    private static final CircuitBreaker.State[] STATES = {
        CircuitBreaker.State.CLOSED, CircuitBreaker.State.OPEN, CircuitBreaker.State.HALF_OPEN
    };
    private static final String[] KINDS = {"status", "timeout", "connection", "refused"};

    private final MeterRegistry registry;
    private final String endpoint;
    private final Counter delivered;
    private final Counter passedOver;
    private final Counter deadLetters;
    private final Timer request;
    private final Timer delivery;

    WebhookMetrics(MeterRegistry registry, String endpoint) {
        this.registry = registry;
        this.endpoint = endpoint;
        delivered = counter("weir.webhook.delivered", "Alerts that the endpoint has accepted");
        passedOver = counter("weir.webhook.filtered", "Alerts that the endpoint does not want");
        deadLetters = counter("weir.webhook.dead.letters", "Alerts given up, now dead letters");
        request = timer("weir.webhook.request", "One attempt, from connecting to the answer");
        delivery = timer("weir.webhook.delivery", "From the alert on the log to its acceptance");
        for (String kind : KINDS) {
            failed(kind, 0);
        }
    }

    /** What can be asked of the others at any time. */
    void watch(CircuitBreaker breaker, GroupFeed feed, Deliverer deliverer) {
        for (CircuitBreaker.State state : STATES) {
            Gauge.builder("weir.webhook.breaker.state", breaker, of -> of.getState() == state ? 1 : 0)
                    .description("1 for the state that the endpoint's circuit breaker is in")
                    .tag(ENDPOINT, endpoint)
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        Gauge.builder("weir.webhook.lag", feed, GroupFeed::lag)
                .description("Offsets that the endpoint's consumer group is behind, markers included; -1 if not known")
                .tag(ENDPOINT, endpoint)
                .register(registry);
        Gauge.builder("weir.webhook.in.flight", deliverer, Deliverer::inFlight)
                .description("Alerts being posted or waiting for another attempt")
                .tag(ENDPOINT, endpoint)
                .register(registry);
    }

    void delivered(long ageMs) {
        delivered.increment();
        delivery.record(Duration.ofMillis(Math.max(0, ageMs)));
    }

    void passedOver() {
        passedOver.increment();
    }

    void deadLetter() {
        deadLetters.increment();
    }

    void attempted(long nanos) {
        request.record(Duration.ofNanos(nanos));
    }

    void failed(String kind) {
        failed(kind, 1);
    }

    private void failed(String kind, int attempts) {
        Counter.builder("weir.webhook.failed.attempts")
                .description("Attempts that the endpoint did not accept")
                .tag(ENDPOINT, endpoint)
                .tag("kind", kind)
                .register(registry)
                .increment(attempts);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name)
                .description(description)
                .tag(ENDPOINT, endpoint)
                .register(registry);
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .tag(ENDPOINT, endpoint)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(10))
                .register(registry);
    }
}
