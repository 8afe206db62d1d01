package io.weir.server.audit;

import io.weir.core.decide.Selections;
import io.weir.core.decide.Steering;
import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.ListChanged;
import io.weir.events.ModelPublished;
import io.weir.events.PolicyActivated;
import io.weir.events.PolicyPublished;
import io.weir.events.RuleShadowed;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.server.log.History;
import io.weir.server.log.LogRecord;
import io.weir.server.policy.PolicySource;
import io.weir.server.score.RecordDecoder;
import io.weir.server.score.RecordDecoder.UndecodableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The control topic as a whole: which policy decided at which of its positions. The same judgement as the engines'. */
final class PolicyTimeline {
    /** By the offset of its activation. */
    private final TreeMap<Long, Policy> active = new TreeMap<>();

    private final Map<Sha256, Policy> policies = new LinkedHashMap<>();
    private final Map<Sha256, String> documents = new HashMap<>();
    private final Map<Sha256, String> problems = new HashMap<>();

    private final Steering steering = new Steering();

    private PolicyTimeline() {}

    /**
     * Reads the control topic.
     *
     * @param compiler from a policy document to the policy; throws if it does not compile
     */
    static PolicyTimeline read(History history, RecordDecoder decoder, PolicySource compiler) {
        PolicyTimeline timeline = new PolicyTimeline();
        LogRecord record;
        while ((record = history.next(Topics.CONTROL, 0)) != null) {
            try {
                timeline.fold(record.offset(), decoder.decode(record), compiler);
            } catch (UndecodableException e) {
                // the engines pass it over as well
            }
        }
        return timeline;
    }

    /** The policy that decides where the control topic has been folded up to an offset; null if there is none. */
    @Nullable
    Policy activeAt(long controlPosition) {
        Map.Entry<Long, Policy> last = active.lowerEntry(controlPosition);
        return last == null ? null : last.getValue();
    }

    /** Lists and rules in shadow, as of any position. */
    Steering steering() {
        return steering;
    }

    /** What a state must keep, to decide by every policy that was ever active. */
    Selections decided() {
        return Selections.of(active.values());
    }

    /** What a state must keep, to decide by every policy that was ever active and by one more. */
    Selections decidedAnd(Policy policy) {
        List<Policy> all = new ArrayList<>(active.values());
        all.add(policy);
        return Selections.of(all);
    }

    /** What a state can keep for anybody: for every policy that was ever published. */
    Selections published() {
        return Selections.of(policies.values());
    }

    /** A published policy, or null. */
    @Nullable
    Policy policy(Sha256 sha256) {
        return policies.get(sha256);
    }

    /** A published policy's document, or null. */
    @Nullable
    String document(Sha256 sha256) {
        return documents.get(sha256);
    }

    /** Why a published policy cannot be used here; null if it can, or was never published. */
    @Nullable
    String problem(Sha256 sha256) {
        return policies.containsKey(sha256) ? null : problems.get(sha256);
    }

    private void fold(long offset, Event event, PolicySource compiler) {
        if (event instanceof ModelPublished model) {
            compiler.take(model);
        } else if (event instanceof ListChanged change) {
            steering.fold(change, offset);
        } else if (event instanceof RuleShadowed change) {
            steering.fold(change, offset);
        } else if (event instanceof PolicyPublished publication) {
            documents.put(publication.policySha256(), publication.document());
            try {
                Policy policy = compiler.policy(publication.document());
                if (policy.sha256().equals(publication.policySha256())) {
                    policies.put(policy.sha256(), policy);
                } else {
                    problem(publication, "is not the document that its SHA-256 names");
                }
            } catch (RuntimeException e) {
                problem(publication, "does not compile in this version: " + e.getMessage());
            }
        } else if (event instanceof PolicyActivated activation) {
            Policy policy = policies.get(activation.policySha256());
            if (policy != null) {
                active.put(offset, policy);
            }
        }
    }

    private void problem(PolicyPublished publication, String what) {
        problems.put(publication.policySha256(), "its policy " + publication.policyId() + " " + what);
    }
}
