package io.weir.server.guard;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.core.policy.Policy;
import io.weir.core.policy.Rule;
import io.weir.events.PolicyActivated;
import io.weir.events.PolicyPublished;
import io.weir.events.Reason;
import io.weir.events.RuleShadowed;
import io.weir.events.Sha256;
import io.weir.events.TransactionDecided;
import io.weir.server.log.ControlLog;
import io.weir.server.log.LogFeed;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts how often rules fire, and puts one in shadow that suddenly fires far more often than before. A fold of decisions and
 * of the control topic; it judges once it follows the log live.
 *
 * <p>Every instance with views has one, and each acts: there is nothing to elect and no gap when one fails. Before it acts it
 * reads the control topic; what another guard or a person has done with the rule since then holds. If two act at the same
 * moment, the second event changes nothing.
 */
public final class RuleGuard implements RuleRates, AutoCloseable {
    /** Who changes rules, on the record. */
    public static final String NAME = "rule-guard";

    private static final Logger log = LoggerFactory.getLogger(RuleGuard.class);
    private static final int MAX_POLICIES = 32;
    private static final long CLOSE_S = 5;

    private final ControlLog control;
    private final Function<String, Policy> compiler;
    private final BreakerSettings settings;
    private final LongSupplier clock;
    private final MeterRegistry metrics;
    /** Reads and writes the control topic; the fold does not wait for it. */
    private final ExecutorService actor;

    /** The newest used last; guarded by this. */
    private final Map<Sha256, FireRates> policies = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Sha256, FireRates> eldest) {
            return size() > MAX_POLICIES;
        }
    };

    private final Set<RuleOfPolicy> inShadow = new HashSet<>();
    private @Nullable Sha256 active;

    private record RuleOfPolicy(Sha256 policy, String code) {}

    /**
     * A guard that has seen nothing.
     *
     * @param compiler of published documents; throws IllegalStateException where it cannot
     * @param clock the current time in milliseconds since 1970-01-01T00:00:00Z
     * @param metrics gets the meters {@code weir.rule.breaker.trips} and {@code weir.rules.shadowed}
     */
    public RuleGuard(
            ControlLog control,
            Function<String, Policy> compiler,
            BreakerSettings settings,
            LongSupplier clock,
            MeterRegistry metrics) {
        this.control = control;
        this.compiler = compiler;
        this.settings = settings;
        this.clock = clock;
        this.metrics = metrics;
        this.actor = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("weir-rule-guard").factory());
        Gauge.builder("weir.rules.shadowed", this, RuleGuard::shadowed)
                .description("Rules of the active policy that were put in shadow, by a person or by the guard")
                .register(metrics);
    }

    /**
     * Takes in an event of the log; to be called on one thread at a time, each event of a partition in order.
     *
     * @param live whether the log is being followed; before that, decisions are history
     */
    public synchronized void fold(LogFeed.Entry entry, boolean live) {
        switch (entry.event()) {
            case TransactionDecided decided -> {
                for (FireRates.Tripped tripped :
                        rates(decided.policySha256()).fold(entry.timestampMs(), fired(decided), live)) {
                    submit(decided.policySha256(), tripped);
                }
            }
            case RuleShadowed change -> changed(change, entry.offset());
            case PolicyActivated activated -> active = activated.policySha256();
            default -> {} // of no interest here
        }
    }

    private static Set<String> fired(TransactionDecided decided) {
        if (decided.reasons().isEmpty() && decided.shadowRules().isEmpty()) {
            return Set.of();
        }
        Set<String> fired = new HashSet<>(decided.shadowRules());
        for (Reason reason : decided.reasons()) {
            fired.add(reason.code());
        }
        return fired;
    }

    private synchronized void changed(RuleShadowed change, long offset) {
        RuleOfPolicy rule = new RuleOfPolicy(change.policySha256(), change.ruleCode());
        if (change.shadow()) {
            inShadow.add(rule);
        } else {
            inShadow.remove(rule);
        }
        rates(change.policySha256()).changed(change.ruleCode(), change.shadow(), offset);
    }

    private synchronized FireRates rates(Sha256 policy) {
        return policies.computeIfAbsent(policy, unknown -> new FireRates(settings));
    }

    private synchronized long shadowed() {
        Sha256 deciding = active;
        return deciding == null
                ? 0
                : inShadow.stream()
                        .filter(rule -> rule.policy().equals(deciding))
                        .count();
    }

    @Override
    public synchronized @Nullable RuleRate rate(Sha256 policy, String ruleCode) {
        FireRates rates = policies.get(policy);
        return rates == null ? null : rates.rate(ruleCode);
    }

    private void submit(Sha256 policy, FireRates.Tripped tripped) {
        try {
            actor.execute(() -> {
                try {
                    act(policy, tripped);
                } catch (RuntimeException e) {
                    log.warn(
                            "rule {} of policy {} {}; it could not be put in shadow, and is tried again when it next fires: {}",
                            tripped.code(),
                            policy,
                            text(tripped.rate()),
                            e.getMessage());
                    settled(policy, tripped.code());
                }
            });
        } catch (RejectedExecutionException e) {
            log.debug("closed");
        }
    }

    private void act(Sha256 policy, FireRates.Tripped tripped) {
        List<ControlLog.Entry> entries = control.readAll();
        ControlLog.Entry last = null;
        PolicyPublished published = null;
        for (ControlLog.Entry entry : entries) {
            if (entry.event() instanceof RuleShadowed change
                    && change.policySha256().equals(policy)
                    && change.ruleCode().equals(tripped.code())) {
                last = entry;
            } else if (entry.event() instanceof PolicyPublished document
                    && document.policySha256().equals(policy)) {
                published = document;
            }
        }
        if (last != null && last.offset() > tripped.changedAt()) {
            changed((RuleShadowed) last.event(), last.offset());
            return;
        }
        if (published == null || !isWatched(compiler.apply(published.document()), tripped.code())) {
            unwatch(policy, tripped.code());
            return;
        }
        RuleShadowed change = new RuleShadowed(
                published.policyId(), policy, tripped.code(), true, text(tripped.rate()), clock.getAsLong(), NAME);
        long offset = control.append(List.of(change));
        changed(change, offset);
        Counter.builder("weir.rule.breaker.trips")
                .description("Rules that this instance put in shadow because they fired far more often than before")
                .tag("rule", tripped.code())
                .register(metrics)
                .increment();
        log.warn(
                "rule {} of policy {} {} is in shadow from control offset {} on: {}",
                tripped.code(),
                change.policyId(),
                policy,
                offset,
                change.reason());
    }

    /** One that can raise a score or demands something; no list, no reason of a model, no rule in shadow anyway. */
    private static boolean isWatched(Policy policy, String code) {
        for (Rule rule : policy.rules()) {
            if (rule.code().equals(code)) {
                return !rule.shadow() && (rule.weight() > 0 || rule.demands() != null);
            }
        }
        return false;
    }

    private synchronized void settled(Sha256 policy, String code) {
        rates(policy).settled(code);
    }

    private synchronized void unwatch(Sha256 policy, String code) {
        rates(policy).unwatch(code);
        rates(policy).settled(code);
    }

    private static String text(RuleRate rate) {
        return "fired in " + share(rate.recentFired(), rate.recentDecisions()) + " of the last decisions, before in "
                + share(rate.fired() - rate.recentFired(), rate.decisions() - rate.recentDecisions());
    }

    private static String share(long fired, long decisions) {
        return String.format(Locale.ROOT, "%,d of %,d (%.2f %%)", fired, decisions, 100.0 * fired / decisions);
    }

    /** Acts no more; within 5 s. */
    @Override
    public void close() {
        actor.shutdownNow();
        try {
            if (!actor.awaitTermination(CLOSE_S, TimeUnit.SECONDS)) {
                log.warn("the rule guard is not closed after {} s", CLOSE_S);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
