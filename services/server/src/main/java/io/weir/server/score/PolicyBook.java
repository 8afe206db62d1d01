package io.weir.server.score;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.InShadow;
import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.ListChanged;
import io.weir.events.ModelPublished;
import io.weir.events.PolicyActivated;
import io.weir.events.PolicyActivationRequested;
import io.weir.events.PolicyPublished;
import io.weir.events.PolicyShadowed;
import io.weir.events.RuleShadowed;
import io.weir.server.policy.PolicySource;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds the control topic: published policies are compiled, an activated one decides from its position on. If the state
 * lacks what it selects, it is awaited: nothing can be decided until the state has it.
 */
final class PolicyBook {
    private static final Logger log = LoggerFactory.getLogger(PolicyBook.class);

    private final PolicySource compiler;
    private final DecisionStateMachine machine;
    private final Duty duty;
    private final KeptPolicies policies = new KeptPolicies();
    private @Nullable Policy awaited;
    /** The policies that are to be kept, and whether one of them lacks something; null if that is to be looked up anew. */
    private @Nullable Boolean lacking;

    private long changes;

    /** {@code duty} is that of the engine whose policies these are. */
    PolicyBook(PolicySource compiler, DecisionStateMachine machine, Duty duty) {
        this.duty = duty;
        this.compiler = compiler;
        this.machine = machine;
    }

    /**
     * Folds one.
     *
     * @param offset where it lies on the control topic
     */
    void fold(Event event, long offset) {
        switch (event) {
            case ModelPublished model -> compiler.take(model);
            case ListChanged change -> machine.steering().fold(change, offset);
            case RuleShadowed change -> machine.steering().fold(change, offset);
            case PolicyPublished publication -> publish(publication);
            case PolicyActivated activation -> activate(activation);
            case PolicyActivationRequested request -> {
                // Between people; nothing is decided by it.
            }
            case PolicyShadowed change -> {
                policies.shadowed(change, offset);
                changed();
            }
            default ->
                log.warn(
                        "{} does not belong on the control topic; passed over",
                        event.type().name());
        }
    }

    /**
     * A policy that is to decide although the state lacks what it selects: nothing may be decided while there is one. Null
     * otherwise.
     */
    @Nullable
    Policy awaited() {
        return duty == Duty.SHADOW
                ? inShadow().stream()
                        .filter(policy -> !isWarm(policy))
                        .findFirst()
                        .orElse(null)
                : awaited;
    }

    /** Whether something can be decided. */
    boolean canDecide() {
        return awaited() == null && (duty == Duty.SHADOW || machine.hasPolicy());
    }

    /** The policies for which the state is to keep what they select. */
    List<Policy> kept() {
        return policies.kept();
    }

    /** All that were published. */
    Collection<Policy> published() {
        return policies.all();
    }

    /** The one that was activated last; null if none was. */
    @Nullable
    Policy active() {
        return policies.active();
    }

    /** Whether the state lacks what some policy selects for which it is to be kept. */
    boolean lacking() {
        if (lacking == null) {
            lacking = kept().stream().anyMatch(policy -> !isWarm(policy));
        }
        return lacking;
    }

    /** Whether the state keeps what a policy selects. */
    boolean isWarm(Policy policy) {
        return machine.selections().missing(policy).isEmpty();
    }

    /** Rises with everything that was folded. */
    long changes() {
        return changes;
    }

    /** The state keeps more than before. */
    void warmed() {
        changed();
        if (awaited != null && isWarm(awaited)) {
            decide(awaited);
        }
    }

    /** The policies that decide in shadow. */
    List<Policy> inShadow() {
        return policies.inShadow();
    }

    /** Where the present time with policies in shadow began; {@link InShadow#NEVER} while there is none. */
    long inShadowSince() {
        return policies.inShadowSince();
    }

    /** What does not compile was refused where it was published; should one stand here all the same, it cannot decide. */
    private void publish(PolicyPublished publication) {
        try {
            Policy policy = compiler.policy(publication.document());
            if (!policy.sha256().equals(publication.policySha256())) {
                log.error("policy {} is not the document that its SHA-256 names; passed over", publication.policyId());
                return;
            }
            policies.published(policy);
            changed();
        } catch (RuntimeException e) {
            log.error("policy {} does not compile; passed over: {}", publication.policyId(), e.getMessage());
        }
    }

    private void activate(PolicyActivated activation) {
        Policy policy = policies.activated(activation.policySha256());
        changed();
        if (policy == null) {
            log.error(
                    "policy {} {} was activated but never published; the active one stays",
                    activation.policyId(),
                    activation.policySha256());
        } else if (isWarm(policy)) {
            decide(policy);
        } else {
            awaited = policy;
            log.info("policy {} {} is active, and the state has to be warmed for it", policy.id(), policy.sha256());
        }
    }

    private void decide(Policy policy) {
        awaited = null;
        machine.activate(policy);
        log.info("policy {} {} decides from here on", policy.id(), policy.sha256());
    }

    private void changed() {
        lacking = null;
        changes++;
    }
}
