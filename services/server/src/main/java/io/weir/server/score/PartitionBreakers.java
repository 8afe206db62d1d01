package io.weir.server.score;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For each partition that is decided here, whether it is taken from: not while more of its recent records became dead
 * letters than is usual, which tells of a broken producer rather than of broken records. Then a few are taken now and then, to
 * see whether that is over.
 *
 * <p>It changes when a record is decided, never what is decided. The state of a breaker is not kept: a partition that comes
 * here begins with a closed one. Used by the engine's thread alone.
 */
final class PartitionBreakers {
    private static final Logger log = LoggerFactory.getLogger(PartitionBreakers.class);

    private final DeadLetterBreakerSettings settings;
    private final CircuitBreakerConfig config;
    private final Reports reports;
    private final Map<Integer, CircuitBreaker> breakers = new TreeMap<>();

    /** Who is told of the breakers. */
    interface Reports {
        /**
         * A breaker came, went, or changed.
         *
         * @param states of all there are, by partition
         */
        void changed(Map<Integer, State> states);
    }

    PartitionBreakers(DeadLetterBreakerSettings settings, LongSupplier nanoTime, Reports reports) {
        this.settings = settings;
        this.reports = reports;
        this.config = CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(settings.window())
                .minimumNumberOfCalls(settings.minimum())
                // Resilience4j opens at the threshold, we beyond it.
                .failureRateThreshold(Math.nextUp((float) (settings.share() * 100)))
                .recordResult(Boolean.TRUE::equals)
                .waitDurationInOpenState(settings.pause())
                .permittedNumberOfCallsInHalfOpenState(settings.probe())
                .clock(new NanoClock(nanoTime))
                .build();
    }

    /** These partitions are decided here now. */
    void follow(Collection<Integer> deciding) {
        if (!settings.enabled()) {
            return;
        }
        boolean gone = breakers.keySet().retainAll(deciding);
        boolean come = false;
        for (int partition : deciding) {
            if (!breakers.containsKey(partition)) {
                breakers.put(partition, closed(partition));
                come = true;
            }
        }
        if (gone || come) {
            report();
        }
    }

    /** Whether a record of a partition may be taken; if it was open for long enough, that begins a probe. */
    boolean lets(int partition) {
        boolean taken = take(partition);
        CircuitBreaker breaker = breakers.get(partition);
        if (taken && breaker != null) {
            breaker.releasePermission();
        }
        return taken;
    }

    /** The same, and the record is taken; {@link #passed} must follow. */
    boolean take(int partition) {
        CircuitBreaker breaker = breakers.get(partition);
        if (breaker == null) {
            return true;
        }
        State before = breaker.getState();
        boolean taken = breaker.tryAcquirePermission();
        if (breaker.getState() != before) {
            log.info("partition {}: probing {} records", partition, settings.probe());
            report();
        }
        return taken;
    }

    /** What became of the record that was taken. */
    void passed(int partition, boolean deadLetter) {
        CircuitBreaker breaker = breakers.get(partition);
        if (breaker == null) {
            return;
        }
        State before = breaker.getState();
        breaker.onResult(0, TimeUnit.NANOSECONDS, deadLetter);
        State after = breaker.getState();
        if (after != before) {
            say(partition, before, after, breaker.getMetrics().getFailureRate());
            report();
        }
    }

    private CircuitBreaker closed(int partition) {
        return CircuitBreaker.of("partition " + partition, config);
    }

    private void say(int partition, State before, State after, float percent) {
        long pauseMs = settings.pause().toMillis();
        if (after == State.CLOSED) {
            log.info("partition {}: the probe is fine, its records are taken again", partition);
        } else if (before == State.HALF_OPEN) {
            log.warn("partition {}: the probe failed, paused for another {} ms", partition, pauseMs);
        } else {
            log.error(
                    "partition {} is paused: {} % of its recent records became dead letters, more than {} %; look at weir "
                            + "dead-letters list and at who writes them. {} records are probed every {} ms, and it goes on by "
                            + "itself when they are fine",
                    partition,
                    String.format(Locale.ROOT, "%.1f", percent),
                    settings.share() * 100,
                    settings.probe(),
                    pauseMs);
        }
    }

    private void report() {
        Map<Integer, State> states = new TreeMap<>();
        breakers.forEach((partition, breaker) -> states.put(partition, breaker.getState()));
        reports.changed(states);
    }

    /** The engine's clock. */
    private static final class NanoClock extends Clock {
        private final LongSupplier nanoTime;

        NanoClock(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochSecond(0, nanoTime.getAsLong());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
