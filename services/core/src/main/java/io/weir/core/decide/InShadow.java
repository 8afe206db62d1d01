package io.weir.core.decide;

import io.weir.events.PolicyShadowed;
import io.weir.events.Sha256;
import java.util.LinkedHashSet;
import java.util.Set;

/** The policies that decide in shadow, as a fold of the control topic. */
public final class InShadow {
    /** How many policies may be in shadow at once; what is on the log beyond that is passed over. */
    public static final int MOST = 4;

    /** What {@link #since} says while there is none. */
    public static final long NEVER = -1;

    private final Set<Sha256> policies = new LinkedHashSet<>();
    private long since = NEVER;

    /**
     * Folds a change.
     *
     * @param offset where it lies on the control topic
     * @return whether it changed anything
     */
    public boolean fold(PolicyShadowed change, long offset) {
        if (!change.shadow()) {
            boolean was = policies.remove(change.policySha256());
            since = policies.isEmpty() ? NEVER : since;
            return was;
        }
        if (policies.size() == MOST || !policies.add(change.policySha256())) {
            return false;
        }
        since = policies.size() == 1 ? offset : since;
        return true;
    }

    /** In the order in which they came; a view. */
    public Set<Sha256> policies() {
        return policies;
    }

    /** Where on the control topic the present time with policies in shadow began; {@link #NEVER} while there is none. */
    public long since() {
        return since;
    }
}
