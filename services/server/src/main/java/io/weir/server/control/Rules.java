package io.weir.server.control;

import io.weir.core.policy.Policy;
import io.weir.core.policy.Rule;
import io.weir.events.RuleShadowed;
import io.weir.events.Sha256;
import io.weir.server.control.Policies.RefusedException;
import io.weir.server.guard.RuleRates;
import io.weir.server.guard.RuleRates.RuleRate;
import io.weir.server.http.Problem;
import io.weir.server.http.ProblemException;
import io.weir.server.log.ControlLog;
import io.weir.server.policy.PolicyException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rules that are put in shadow and brought back, as events on the control topic. Blocking. Thread-safe. */
public final class Rules {
    private static final Logger log = LoggerFactory.getLogger(Rules.class);

    private final ControlLog control;
    private final Policies policies;
    private final RuleRates rates;
    private final LongSupplier clock;

    /**
     * The rules of a cluster's policies.
     *
     * @param policies of the same control topic
     * @param clock the current time in milliseconds since 1970-01-01T00:00:00Z
     */
    public Rules(ControlLog control, Policies policies, RuleRates rates, LongSupplier clock) {
        this.control = control;
        this.policies = policies;
        this.rates = rates;
        this.clock = clock;
    }

    /** A rule's way into shadow or back. */
    record Step(RuleShadowed event, long offset) {}

    /**
     * A rule as it stands.
     *
     * @param last null if it never changed
     * @param rate null where it is not known
     */
    record State(Rule rule, @Nullable Step last, @Nullable RuleRate rate) {
        /** Whether what it finds is recorded only. */
        boolean inShadow() {
            return rule.shadow() || (last != null && last.event().shadow());
        }
    }

    /** The rules of a policy, in its order. */
    record OfPolicy(Policy policy, boolean active, List<State> rules) {}

    /**
     * The rules of a published policy.
     *
     * @param name its SHA-256 or the beginning of it
     */
    OfPolicy rules(String name) throws RefusedException {
        List<ControlLog.Entry> entries = policies.entries();
        PolicyHistory history = PolicyHistory.of(entries);
        Policy policy = compiled(history, PolicyRoutes.find(history, name));
        Map<String, Step> last = new HashMap<>();
        for (ControlLog.Entry entry : entries) {
            if (entry.event() instanceof RuleShadowed event
                    && event.policySha256().equals(policy.sha256())) {
                last.put(event.ruleCode(), new Step(event, entry.offset()));
            }
        }
        List<State> states = new ArrayList<>();
        for (Rule rule : policy.rules()) {
            states.add(new State(rule, last.get(rule.code()), rates.rate(policy.sha256(), rule.code())));
        }
        return new OfPolicy(policy, Objects.equals(policy.sha256(), history.active()), states);
    }

    private Policy compiled(PolicyHistory history, Sha256 sha256) throws RefusedException {
        try {
            return policies.compiled(Objects.requireNonNull(history.published(sha256)));
        } catch (PolicyException e) {
            throw new RefusedException("policy " + sha256.hex() + " cannot be read by this version: " + e.getMessage());
        }
    }

    /** Puts a rule in shadow, or brings it back. */
    synchronized Step change(String name, String code, boolean shadow, String reason, String by)
            throws RefusedException {
        OfPolicy of = rules(name);
        State state = of.rules().stream()
                .filter(each -> each.rule().code().equals(code))
                .findFirst()
                .orElseThrow(() -> new ProblemException(new Problem(
                        404,
                        "rule-not-found",
                        "Rule not found",
                        "policy " + of.policy().sha256().hex() + " has no rule " + code,
                        "code",
                        "GET /v1/policies/{sha256}/rules lists those that it has")));
        if (state.rule().shadow()) {
            throw new RefusedException(
                    "rule " + code + " is in shadow by the policy itself; publish one in which it is not");
        }
        if (state.inShadow() == shadow) {
            throw new RefusedException("rule " + code + (shadow ? " is in shadow already" : " is not in shadow"));
        }
        RuleShadowed event =
                new RuleShadowed(of.policy().id(), of.policy().sha256(), code, shadow, reason, clock.getAsLong(), by);
        long offset = control.append(List.of(event));
        log.info(
                "rule {} of policy {} {} by {}", code, of.policy().sha256(), shadow ? "put in shadow" : "enforced", by);
        return new Step(event, offset);
    }
}
