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
import io.weir.events.Sha256;
import io.weir.server.log.EngineLogException;
import io.weir.server.policy.PolicySource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folds the control topic: published policies are compiled, an activated one decides from its position on. */
final class PolicyBook {
    private static final Logger log = LoggerFactory.getLogger(PolicyBook.class);

    private final PolicySource compiler;
    private final DecisionStateMachine machine;
    private final Map<Sha256, Policy> published = new HashMap<>();
    private final InShadow inShadow = new InShadow();
    /** The policies in shadow; null when that is to be looked up anew. */
    private @Nullable List<Policy> shadows;

    PolicyBook(PolicySource compiler, DecisionStateMachine machine) {
        this.compiler = compiler;
        this.machine = machine;
    }

    /**
     * Folds one.
     *
     * @param offset where it lies on the control topic
     * @throws EngineLogException when a policy is activated that needs a state that keeps more: whoever follows the log must
     *     begin anew
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
                if (inShadow.fold(change, offset)) {
                    shadows = null;
                }
            }
            default ->
                log.warn(
                        "{} does not belong on the control topic; passed over",
                        event.type().name());
        }
    }

    /**
     * The policies that decide in shadow.
     *
     * @throws EngineLogException when one needs a state that keeps more: whoever decides in shadow must begin anew
     */
    List<Policy> inShadow() {
        List<Policy> known = shadows;
        if (known == null) {
            known = inShadow.policies().stream()
                    .map(published::get)
                    .filter(Objects::nonNull)
                    .toList();
            known.forEach(this::requireKept);
            shadows = known;
        }
        return known;
    }

    /** Where the present time with policies in shadow began; {@link InShadow#NEVER} while there is none. */
    long inShadowSince() {
        return inShadow.since();
    }

    /** What does not compile was refused where it was published; should one stand here all the same, it cannot decide. */
    private void publish(PolicyPublished publication) {
        try {
            Policy policy = compiler.policy(publication.document());
            if (!policy.sha256().equals(publication.policySha256())) {
                log.error("policy {} is not the document that its SHA-256 names; passed over", publication.policyId());
                return;
            }
            published.put(policy.sha256(), policy);
        } catch (RuntimeException e) {
            log.error("policy {} does not compile; passed over: {}", publication.policyId(), e.getMessage());
        }
    }

    private void activate(PolicyActivated activation) {
        Policy policy = published.get(activation.policySha256());
        if (policy == null) {
            log.error(
                    "policy {} {} was activated but never published; the active one stays",
                    activation.policyId(),
                    activation.policySha256());
            return;
        }
        requireKept(policy);
        machine.activate(policy);
        log.info("policy {} {} decides from here on", policy.id(), policy.sha256());
    }

    private void requireKept(Policy policy) {
        List<String> missing = machine.selections().missing(policy);
        if (!missing.isEmpty()) {
            throw new EngineLogException("policy " + policy.id() + " " + policy.sha256()
                    + " is to decide, and its features " + String.join(", ", missing)
                    + " need selections that this state does not keep: it was begun before the policy was published. A new "
                    + "one is built from the log");
        }
    }
}
