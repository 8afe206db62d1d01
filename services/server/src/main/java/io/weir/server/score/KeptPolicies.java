package io.weir.server.score;

import io.weir.core.decide.InShadow;
import io.weir.core.policy.Policy;
import io.weir.events.PolicyShadowed;
import io.weir.events.Sha256;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The policies for which a state keeps what they select: the active one, the one that was active before it, and those that
 * were published last, and those in shadow. Bounded, because every selection costs memory and time with each event.
 */
final class KeptPolicies {
    /** How many of those that were published last. */
    static final int PUBLISHED = 8;

    /** In the order in which they were last published. */
    private final Map<Sha256, Policy> published = new LinkedHashMap<>();

    private @Nullable Policy active;
    private @Nullable Policy before;
    private final InShadow inShadow = new InShadow();
    /** The policies in shadow; null when that is to be looked up anew. */
    private @Nullable List<Policy> shadows;

    void published(Policy policy) {
        published.remove(policy.sha256());
        published.put(policy.sha256(), policy);
        shadows = null;
    }

    /** One that was published is in shadow from here on, or no longer. */
    void shadowed(PolicyShadowed change, long offset) {
        if (inShadow.fold(change, offset)) {
            shadows = null;
        }
    }

    /** The policies in shadow. */
    List<Policy> inShadow() {
        List<Policy> known = shadows;
        if (known == null) {
            known = inShadow.policies().stream()
                    .map(published::get)
                    .filter(Objects::nonNull)
                    .toList();
            shadows = known;
        }
        return known;
    }

    /** Where the present time with policies in shadow began; {@link InShadow#NEVER} while there is none. */
    long inShadowSince() {
        return inShadow.since();
    }

    /** One that was published is active from here on; null if it was not published. */
    @Nullable
    Policy activated(Sha256 sha256) {
        Policy policy = published.get(sha256);
        if (policy != null && (active == null || !active.sha256().equals(sha256))) {
            before = active;
            active = policy;
        }
        return policy;
    }

    /** The one that was activated last; null if none was. */
    @Nullable
    Policy active() {
        return active;
    }

    /** All that were ever published. */
    Collection<Policy> all() {
        return published.values();
    }

    /** Those for which a state keeps what they select, each once. */
    List<Policy> kept() {
        List<Policy> kept = new ArrayList<>();
        int skipped = published.size() - PUBLISHED;
        for (Policy policy : published.values()) {
            boolean recent = skipped-- <= 0;
            if (recent
                    || isSame(policy, active)
                    || isSame(policy, before)
                    || inShadow.policies().contains(policy.sha256())) {
                kept.add(policy);
            }
        }
        return kept;
    }

    private static boolean isSame(Policy policy, @Nullable Policy other) {
        return other != null && Objects.equals(policy.sha256(), other.sha256());
    }
}
