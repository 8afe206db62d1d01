package io.weir.server.score;

import io.weir.core.policy.Policy;
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
 * were published last. Bounded, because every selection costs memory and time with each event.
 */
final class KeptPolicies {
    /** How many of those that were published last. */
    static final int PUBLISHED = 8;

    /** In the order in which they were last published. */
    private final Map<Sha256, Policy> published = new LinkedHashMap<>();

    private @Nullable Policy active;
    private @Nullable Policy before;

    void published(Policy policy) {
        published.remove(policy.sha256());
        published.put(policy.sha256(), policy);
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
            if (recent || isSame(policy, active) || isSame(policy, before)) {
                kept.add(policy);
            }
        }
        return kept;
    }

    private static boolean isSame(Policy policy, @Nullable Policy other) {
        return other != null && Objects.equals(policy.sha256(), other.sha256());
    }
}
