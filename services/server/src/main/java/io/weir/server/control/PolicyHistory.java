package io.weir.server.control;

import io.weir.core.decide.InShadow;
import io.weir.events.ModelPublished;
import io.weir.events.PolicyActivated;
import io.weir.events.PolicyActivationRequested;
import io.weir.events.PolicyPublished;
import io.weir.events.PolicyShadowed;
import io.weir.events.Sha256;
import io.weir.server.log.ControlLog;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of policies, as a fold of the control topic: published, asked for, activated; by whom, when and where. */
final class PolicyHistory {
    private final Map<Sha256, PublishedModel> models = new LinkedHashMap<>();
    private final Map<Sha256, Published> published = new LinkedHashMap<>();
    private final Map<Sha256, Step> requests = new LinkedHashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final InShadow inShadow = new InShadow();
    /** Those that were active, in order, each other than the one before. */
    private final List<Sha256> active = new ArrayList<>();

    /** A published model. */
    record PublishedModel(ModelPublished event, long offset) {}

    /** A published policy. */
    record Published(PolicyPublished event, long offset) {}

    /** What was done with a policy. */
    enum Action {
        PUBLISHED,
        ACTIVATION_REQUESTED,
        ACTIVATED,
        SHADOWED,
        UNSHADOWED
    }

    /**
     * Something that was done.
     *
     * @param atMs milliseconds since 1970-01-01T00:00:00Z
     * @param offset on the control topic; an activation decides from there on
     */
    record Step(Action action, String policyId, Sha256 policySha256, long atMs, String by, long offset) {}

    static PolicyHistory of(List<ControlLog.Entry> entries) {
        PolicyHistory history = new PolicyHistory();
        entries.forEach(history::fold);
        return history;
    }

    private void fold(ControlLog.Entry entry) {
        switch (entry.event()) {
            case ModelPublished event ->
                models.putIfAbsent(event.modelSha256(), new PublishedModel(event, entry.offset()));
            case PolicyPublished event -> {
                // Once only: a document is what its SHA-256 names.
                published.putIfAbsent(event.policySha256(), new Published(event, entry.offset()));
                step(
                        Action.PUBLISHED,
                        event.policyId(),
                        event.policySha256(),
                        event.receivedAtMs(),
                        event.publishedBy(),
                        entry);
            }
            case PolicyActivationRequested event -> {
                step(
                        Action.ACTIVATION_REQUESTED,
                        event.policyId(),
                        event.policySha256(),
                        event.receivedAtMs(),
                        event.requestedBy(),
                        entry);
                requests.put(event.policySha256(), steps.getLast());
            }
            case PolicyActivated event -> {
                if (!published.containsKey(event.policySha256())) {
                    return; // the engines pass it over as well
                }
                requests.remove(event.policySha256());
                if (active.isEmpty() || !active.getLast().equals(event.policySha256())) {
                    active.add(event.policySha256());
                }
                step(
                        Action.ACTIVATED,
                        event.policyId(),
                        event.policySha256(),
                        event.receivedAtMs(),
                        event.activatedBy(),
                        entry);
            }
            case PolicyShadowed event -> {
                if (inShadow.fold(event, entry.offset())) {
                    step(
                            event.shadow() ? Action.SHADOWED : Action.UNSHADOWED,
                            event.policyId(),
                            event.policySha256(),
                            event.receivedAtMs(),
                            event.changedBy(),
                            entry);
                }
            }
            default -> {
                // no policy
            }
        }
    }

    private void step(Action action, String id, Sha256 sha256, long atMs, String by, ControlLog.Entry entry) {
        steps.add(new Step(action, id, sha256, atMs, by, entry.offset()));
    }

    /** The policy that decides; null if there is none. */
    @Nullable
    Sha256 active() {
        return active.isEmpty() ? null : active.getLast();
    }

    /** The policy that decided before it; null if there is none. */
    @Nullable
    Sha256 activeBefore() {
        return active.size() < 2 ? null : active.get(active.size() - 2);
    }

    @Nullable
    PublishedModel model(Sha256 sha256) {
        return models.get(sha256);
    }

    /** In the order of publication. */
    Collection<PublishedModel> models() {
        return models.values();
    }

    @Nullable
    Published published(Sha256 sha256) {
        return published.get(sha256);
    }

    /** In the order of publication. */
    Collection<Published> published() {
        return published.values();
    }

    /** Who asked for a policy to be activated, since it last was; null if nobody has. */
    @Nullable
    Step requested(Sha256 sha256) {
        return requests.get(sha256);
    }

    /** The policies that decide in shadow, in the order in which they came. */
    Collection<Sha256> inShadow() {
        return inShadow.policies();
    }

    /** Everything that was done, in order. */
    List<Step> steps() {
        return steps;
    }
}
