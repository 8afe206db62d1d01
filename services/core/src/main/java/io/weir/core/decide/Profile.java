package io.weir.core.decide;

import io.weir.core.policy.Entity;
import java.util.Map;

/**
 * What is known of an account or another entity.
 *
 * @param kind what it is
 * @param id its id
 * @param events transactions kept one by one
 * @param panedEvents older transactions, kept in panes
 * @param oldestAtMs event time of the oldest of the former, or 0 if there are none
 * @param newestAtMs event time of the newest of all
 * @param frauds how many of all are labelled fraud
 * @param windows by feature name, the value of each of the active policy's aggregates over this kind of entity, as of
 *     {@code newestAtMs}; empty without a policy
 */
public record Profile(
        Entity kind,
        String id,
        long events,
        long panedEvents,
        long oldestAtMs,
        long newestAtMs,
        long frauds,
        Map<String, Double> windows) {

    public Profile {
        windows = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(windows));
    }
}
