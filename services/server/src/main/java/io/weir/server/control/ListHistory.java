package io.weir.server.control;

import io.weir.events.ListChanged;
import io.weir.server.log.ControlLog;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who is on which list, as a fold of the control topic; and who put them there, when and why. */
final class ListHistory {
    private final NavigableMap<String, Members> lists = new TreeMap<>();

    /**
     * A change of a list.
     *
     * @param offset on the control topic; it decides from there on
     */
    record Step(ListChanged event, long offset) {}

    /** The members of a list, each with the change that put it there; and the list's last change. */
    record Members(NavigableMap<String, Step> byId, Step last) {}

    static ListHistory of(List<ControlLog.Entry> entries) {
        ListHistory history = new ListHistory();
        for (ControlLog.Entry entry : entries) {
            if (entry.event() instanceof ListChanged change) {
                history.fold(new Step(change, entry.offset()));
            }
        }
        return history;
    }

    private void fold(Step step) {
        Members before = lists.get(step.event().list());
        NavigableMap<String, Step> byId = before == null ? new TreeMap<>() : before.byId();
        // As the engines do: who is on it already stays, from where it was put there.
        step.event().added().forEach(id -> byId.putIfAbsent(id, step));
        step.event().removed().forEach(byId::remove);
        lists.put(step.event().list(), new Members(byId, step));
    }

    /** By name; null if it never had a member. */
    @Nullable
    Members list(String name) {
        return lists.get(name);
    }

    /** All, by their names. */
    NavigableMap<String, Members> lists() {
        return lists;
    }
}
