package io.weir.server.control;

import io.weir.core.policy.Policy;
import io.weir.core.policy.PolicyList;
import io.weir.events.ListChanged;
import io.weir.events.Sha256;
import io.weir.server.http.Problem;
import io.weir.server.http.ProblemException;
import io.weir.server.log.ControlLog;
import io.weir.server.policy.PolicyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lists that policies use: every change of members is an event on the control topic. Blocking. Thread-safe. */
public final class Lists {
    /** The most members of a list; every engine holds them all. */
    static final int MAX_MEMBERS = 1_000_000;
    /** The most lists. */
    static final int MAX_LISTS = 1_000;

    private static final Logger log = LoggerFactory.getLogger(Lists.class);

    private final ControlLog control;
    private final Policies policies;
    private final LongSupplier clock;
    /** By policy, the names of the lists that it uses. */
    private final Map<Sha256, Set<String>> used = new ConcurrentHashMap<>();

    /**
     * The lists of a cluster.
     *
     * @param policies of the same control topic
     * @param clock the current time in milliseconds since 1970-01-01T00:00:00Z
     */
    public Lists(ControlLog control, Policies policies, LongSupplier clock) {
        this.control = control;
        this.policies = policies;
        this.clock = clock;
    }

    /**
     * What became of a change.
     *
     * @param added ids that were not on the list before
     * @param removed ids that were
     * @param members how many there are now
     * @param offset of the event, from which on it decides; -1 if there was nothing to change
     * @param used whether a published policy uses the list
     */
    record Change(int added, int removed, int members, long offset, boolean used) {}

    /** Changes members; ids that are where they shall be already are left out. */
    synchronized Change change(String list, Set<String> add, Set<String> remove, String reason, String by) {
        List<ControlLog.Entry> entries = policies.entries();
        ListHistory history = ListHistory.of(entries);
        ListHistory.Members members = history.list(list);
        Set<String> present = members == null ? Set.of() : members.byId().keySet();
        List<String> added = add.stream().filter(id -> !present.contains(id)).toList();
        List<String> removed = remove.stream().filter(present::contains).toList();
        int size = present.size() + added.size() - removed.size();
        if (size > MAX_MEMBERS || (members == null && history.lists().size() >= MAX_LISTS)) {
            throw new ProblemException(new Problem(
                    409,
                    "list-full",
                    "List full",
                    size > MAX_MEMBERS
                            ? "the list would have " + size + " members, more than " + MAX_MEMBERS
                            : "there are " + MAX_LISTS + " lists already",
                    null,
                    "remove members that are no longer needed, or use a list that there is"));
        }
        boolean isUsed = isUsed(list, PolicyHistory.of(entries));
        if (added.isEmpty() && removed.isEmpty()) {
            return new Change(0, 0, size, -1, isUsed);
        }
        long offset = control.append(List.of(new ListChanged(list, added, removed, reason, clock.getAsLong(), by)));
        log.info("list {}: {} added and {} removed by {}", list, added.size(), removed.size(), by);
        return new Change(added.size(), removed.size(), size, offset, isUsed);
    }

    ListHistory history() {
        return ListHistory.of(policies.entries());
    }

    private boolean isUsed(String list, PolicyHistory history) {
        List<PolicyHistory.Published> published = new ArrayList<>(history.published());
        // The newest first: it is the most likely to use it.
        return published.reversed().stream().anyMatch(each -> listsOf(each).contains(list));
    }

    private Set<String> listsOf(PolicyHistory.Published published) {
        return used.computeIfAbsent(published.event().policySha256(), unknown -> {
            try {
                Policy policy = policies.compiled(published);
                return policy.lists().stream().map(PolicyList::name).collect(Collectors.toUnmodifiableSet());
            } catch (PolicyException e) {
                return Set.of(); // of another version; it cannot be activated here either
            }
        });
    }
}
