package io.weir.server.topics;

import io.weir.server.log.KafkaSettings;
import io.weir.server.topics.TopicPlan.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings of Weir's consumer groups, which are the cluster's to keep since it is the cluster that assigns partitions,
 * compared with what is there. Pure.
 *
 * @param changes by group; none for a group that is as it should be
 * @param notes what the cluster does not allow, with the remedy
 */
record GroupPlan(Map<String, List<Change>> changes, List<String> notes) {
    /** The groups whose partitions somebody waits for. */
    static final List<String> GROUPS = List.of(KafkaSettings.SCORER_GROUP, KafkaSettings.SHADOW_GROUP);

    /** The brokers' settings that bound those of groups begin like this. */
    private static final String BROKER_PREFIX = "group.consumer.min.";

    private static final String CONSUMER = "consumer.";

    /**
     * How long the partitions of an engine that died without a word stay undecided; Kafka's default is 45 s. Shorter than this,
     * and a machine that is only busy for a moment loses them; even then nothing is decided twice.
     */
    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(2);

    /** Assignments travel with heartbeats, and handing a partition over takes two of them. Kafka's default is 5 s. */
    private static final Duration HEARTBEAT_INTERVAL = Duration.ofMillis(200);

    GroupPlan {
        changes = Map.copyOf(changes);
        notes = List.copyOf(notes);
    }

    /** Nothing to do. */
    static GroupPlan none() {
        return new GroupPlan(Map.of(), List.of());
    }

    /** The settings as they should be; in milliseconds. */
    private static Map<String, Long> wanted(Duration sessionTimeout) {
        Map<String, Long> settings = new LinkedHashMap<>();
        settings.put("consumer.session.timeout.ms", sessionTimeout.toMillis());
        settings.put("consumer.heartbeat.interval.ms", HEARTBEAT_INTERVAL.toMillis());
        // A member that comes or goes is a reason for a new assignment at once. The default of 1 s spares groups of
        // thousands.
        settings.put("consumer.assignment.interval.ms", 0L);
        return settings;
    }

    /**
     * Compares.
     *
     * @param sessionTimeout after which an engine without heartbeats loses its partitions
     * @param broker settings of a broker
     * @param found by group, its settings, defaults included; none where the cluster keeps none for groups
     */
    static GroupPlan compare(
            Duration sessionTimeout, Map<String, String> broker, Map<String, Map<String, String>> found) {
        Map<String, List<Change>> changes = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        wanted(sessionTimeout).forEach((name, wanted) -> {
            String bound = BROKER_PREFIX + name.substring(CONSUMER.length());
            long least = Long.parseLong(broker.getOrDefault(bound, "0"));
            if (least > wanted) {
                notes.add("the brokers allow no " + name + " below " + least + ", Weir's groups should have " + wanted
                        + ": the partitions of an engine that was killed wait for its successor for longer; set "
                        + bound
                        + "=" + wanted + " on the brokers, restart them one by one, and apply again");
            }
            String value = String.valueOf(Math.max(least, wanted));
            for (String group : GROUPS) {
                String before = found.getOrDefault(group, Map.of()).get(name);
                if (before != null && !before.equals(value)) {
                    changes.computeIfAbsent(group, key -> new ArrayList<>()).add(new Change(name, before, value));
                }
            }
        });
        // Brokers that do not know these settings at all share out by the classic protocol, whose timeouts engines
        // bring.
        boolean known = broker.keySet().stream().anyMatch(name -> name.startsWith(BROKER_PREFIX));
        if (known && found.values().stream().allMatch(Map::isEmpty)) {
            notes.add("the cluster keeps no settings for groups: give the brokers group.consumer.session.timeout.ms="
                    + sessionTimeout.toMillis());
        }
        return new GroupPlan(changes, notes);
    }
}
