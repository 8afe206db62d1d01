package io.weir.core.decide;

import io.weir.core.policy.Policy;
import io.weir.events.ListChanged;
import io.weir.events.RuleShadowed;
import io.weir.events.Sha256;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What people change between policies: members of lists, and rules that are put in shadow. Folded from the control topic in
 * order, and readable as of any position of it, because an audit decides as of many.
 */
public final class Steering {
    /** As of everything that has been folded. */
    public static final long NOW = Long.MAX_VALUE;

    private final Map<String, Map<String, Flips>> lists = new HashMap<>();
    private final Map<RuleOfPolicy, Flips> shadowed = new HashMap<>();
    private int changes;

    private record RuleOfPolicy(Sha256 policy, String code) {}

    /** Folds a change of members. */
    public void fold(ListChanged change, long offset) {
        Map<String, Flips> members = lists.computeIfAbsent(change.list(), unknown -> new HashMap<>());
        change.added().forEach(id -> members.computeIfAbsent(id, unknown -> new Flips())
                .set(true, offset));
        for (String id : change.removed()) {
            Flips member = members.get(id);
            if (member != null) {
                member.set(false, offset);
            }
        }
        changes++;
    }

    /** Folds a rule's way into shadow, or back. */
    public void fold(RuleShadowed change, long offset) {
        shadowed.computeIfAbsent(new RuleOfPolicy(change.policySha256(), change.ruleCode()), unknown -> new Flips())
                .set(change.shadow(), offset);
        changes++;
    }

    /**
     * Whether an id is on a list.
     *
     * @param position of the control topic, of which everything before counts
     */
    boolean isListed(String list, @Nullable String id, long position) {
        Map<String, Flips> members = id == null ? null : lists.get(list);
        Flips member = members == null ? null : members.get(id);
        return member != null && member.at(position);
    }

    /** By rule of a policy, whether it is in shadow: by the policy itself, or put there. */
    boolean[] inShadow(Policy policy, long position) {
        boolean[] inShadow = new boolean[policy.rules().size()];
        for (int i = 0; i < inShadow.length; i++) {
            Flips flips = shadowed.get(
                    new RuleOfPolicy(policy.sha256(), policy.rules().get(i).code()));
            inShadow[i] = policy.rules().get(i).shadow() || (flips != null && flips.at(position));
        }
        return inShadow;
    }

    /** How many changes have been folded. */
    int changes() {
        return changes;
    }

    /** A truth that changes at positions, in ascending order; false before the first. */
    private static final class Flips {
        private long[] positions = new long[1];
        private int size;

        void set(boolean value, long position) {
            if (value != (size % 2 == 1)) {
                if (size == positions.length) {
                    positions = Arrays.copyOf(positions, 2 * size);
                }
                positions[size++] = position;
            }
        }

        boolean at(long position) {
            int before = size;
            while (before > 0 && positions[before - 1] >= position) {
                before--;
            }
            return before % 2 == 1;
        }
    }
}
