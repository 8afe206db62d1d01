package io.weir.server.webhooks;

import io.weir.events.FraudAlertRaised;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Somebody who is told of alerts.
 *
 * @param id its name: in metrics, logs and dead letters, and in the name of its consumer group
 * @param url where alerts are posted to
 * @param secrets one, or two while they are exchanged: each signs
 * @param wanted which alerts it is told of
 * @param timeout how long an attempt may take, from connecting to the answer
 * @param inFlight how many alerts are posted at a time, at least 1
 * @param fromBeginning whether it begins with the oldest alerts that are kept, or with those to come
 * @param retries how often, and for how long, an alert is tried
 * @param breaker when posting to it pauses
 */
public record Endpoint(
        String id,
        URI url,
        List<Secret> secrets,
        Filter wanted,
        Duration timeout,
        int inFlight,
        boolean fromBeginning,
        Retries retries,
        Breaker breaker) {
    public Endpoint {
        secrets = List.copyOf(secrets);
    }

    /** The consumer group that keeps its place. */
    String group() {
        return "weir-webhooks-" + id;
    }

    /**
     * Which alerts.
     *
     * @param minimumScore points, 0 to 100
     * @param reasons codes of which an alert must have one; empty: any alert
     */
    record Filter(double minimumScore, Set<String> reasons) {
        static final Filter EVERYTHING = new Filter(0, Set.of());

        Filter {
            reasons = Set.copyOf(reasons);
        }

        boolean accepts(FraudAlertRaised alert) {
            return alert.score() >= minimumScore
                    && (reasons.isEmpty()
                            || alert.reasons().stream().anyMatch(reason -> reasons.contains(reason.code())));
        }
    }

    /**
     * How often, and for how long, an alert is tried.
     *
     * @param first pause before the second attempt; each further one is twice as long, give or take half
     * @param longest the longest pause, also where the endpoint asks for a longer one
     * @param attempts after so many the alert is a dead letter; those that probe a failing endpoint do not count
     * @param age an alert that was raised so long ago is not tried again after an attempt has failed
     */
    record Retries(Duration first, Duration longest, int attempts, Duration age) {
        static final Retries DEFAULTS =
                new Retries(Duration.ofSeconds(1), Duration.ofMinutes(5), 12, Duration.ofDays(1));
    }

    /**
     * When posting to the endpoint pauses altogether.
     *
     * @param failurePercent share of the last attempts that must have failed, 1 to 100
     * @param window how many attempts that looks at; half of it must be there
     * @param pause how long posting pauses before one alert probes the endpoint; twice as long after each probe that fails
     * @param longestPause the longest pause
     */
    record Breaker(int failurePercent, int window, Duration pause, Duration longestPause) {
        static final Breaker DEFAULTS = new Breaker(50, 20, Duration.ofSeconds(5), Duration.ofMinutes(1));
    }
}
