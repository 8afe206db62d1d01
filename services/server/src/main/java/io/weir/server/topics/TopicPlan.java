package io.weir.server.topics;

import io.weir.events.Topics;
import io.weir.events.Topics.Partitioning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What provisioning would do: every topic as it should be, compared with what is there. Pure. */
public final class TopicPlan {
    /** Copies of every record, where there are as many brokers. */
    static final int REPLICAS = 3;

    /** What a step does to its topic. */
    public enum Action {
        CREATE,
        UNCHANGED,
        /** Settings are changed that can be changed without losing or reordering anything. */
        ALTER,
        /** The topic differs in a way that provisioning must not touch; the whole plan is refused. */
        REFUSE
    }

    /** A setting that is changed. */
    public record Change(String name, String from, String to) {}

    /**
     * One topic.
     *
     * @param partitions how many it should have
     * @param replicas how many copies it has, or will have once created
     * @param settings its settings as they should be
     * @param changes what is altered; only with {@link Action#ALTER}
     * @param refusals why not, with the remedy; only with {@link Action#REFUSE}
     * @param notes what differs and is left as it is
     */
    public record Step(
            Topics topic,
            int partitions,
            int replicas,
            Map<String, String> settings,
            Action action,
            List<Change> changes,
            List<String> refusals,
            List<String> notes) {}

    /** A topic as it was found. */
    record Existing(int partitions, int replicas, Map<String, String> settings) {}

    private final int brokers;
    private final List<Step> steps;
    private final GroupPlan groups;

    private TopicPlan(int brokers, List<Step> steps, GroupPlan groups) {
        this.brokers = brokers;
        this.steps = List.copyOf(steps);
        this.groups = groups;
    }

    /**
     * The plan for a cluster of {@code brokers} on which {@code existing} was found.
     *
     * @param accountPartitions of every topic that is keyed by account or entity, 1 or more
     */
    static TopicPlan compare(int accountPartitions, int brokers, Map<Topics, Existing> existing) {
        return compare(accountPartitions, brokers, existing, GroupPlan.none());
    }

    /** The same, with what is to be done to consumer groups. */
    static TopicPlan compare(int accountPartitions, int brokers, Map<Topics, Existing> existing, GroupPlan groups) {
        if (accountPartitions < 1 || brokers < 1) {
            throw new IllegalArgumentException(accountPartitions + " partitions on " + brokers + " brokers");
        }
        List<Step> steps = new ArrayList<>();
        for (Topics topic : Topics.values()) {
            Existing found = existing.get(topic);
            steps.add(
                    found == null
                            ? creation(topic, accountPartitions, replicas(brokers))
                            : comparison(topic, accountPartitions, replicas(brokers), found));
        }
        return new TopicPlan(brokers, steps, groups);
    }

    /** The plan for an empty cluster of {@code brokers}. */
    static TopicPlan fromNothing(int accountPartitions, int brokers) {
        return compare(accountPartitions, brokers, Map.of());
    }

    /** One step for each topic, in the order of {@link Topics}. */
    public List<Step> steps() {
        return steps;
    }

    /** What is changed of consumer groups. */
    GroupPlan groups() {
        return groups;
    }

    /** How many brokers the cluster has. */
    public int brokers() {
        return brokers;
    }

    /** Whether some topic must not be touched; then none is. */
    public boolean isRefused() {
        return steps.stream().anyMatch(step -> step.action() == Action.REFUSE);
    }

    /** Whether there is nothing to do. */
    public boolean isFulfilled() {
        return steps.stream().allMatch(step -> step.action() == Action.UNCHANGED)
                && groups.changes().isEmpty();
    }

    /** Why the plan is refused: topic, found and expected, reason and remedy; empty if it is not. */
    public List<String> refusals() {
        return steps.stream().flatMap(step -> step.refusals().stream()).toList();
    }

    /** What is worth knowing and stops nothing. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (brokers < REPLICAS) {
            notes.add("the cluster has " + count(brokers, "broker") + ", so every record has "
                    + (brokers == 1 ? "one copy and is lost with its disk" : "two copies")
                    + "; with three brokers Weir asks for three copies, two of them before a record counts");
        }
        steps.forEach(step -> notes.addAll(step.notes()));
        notes.addAll(groups.notes());
        return notes;
    }

    private static int replicas(int brokers) {
        return Math.min(REPLICAS, brokers);
    }

    private static Step creation(Topics topic, int accountPartitions, int replicas) {
        return new Step(
                topic,
                topic.partitions(accountPartitions),
                replicas,
                TopicSettings.of(topic, replicas),
                Action.CREATE,
                List.of(),
                List.of(),
                List.of());
    }

    private static Step comparison(Topics topic, int accountPartitions, int wantedReplicas, Existing found) {
        int partitions = topic.partitions(accountPartitions);
        // By the copies that there are: asking for two in sync where only one exists would stop every write.
        Map<String, String> settings = TopicSettings.of(topic, found.replicas());
        List<String> refusals = new ArrayList<>();
        if (found.partitions() != partitions) {
            refusals.add(otherPartitions(topic, partitions, found.partitions()));
        }
        String cleanup = found.settings().getOrDefault(TopicSettings.CLEANUP, "");
        if (!Set.of(cleanup.split(",")).equals(Set.of(settings.get(TopicSettings.CLEANUP)))) {
            refusals.add(otherCleanup(topic, cleanup));
        }
        List<String> notes = new ArrayList<>();
        if (found.replicas() < wantedReplicas) {
            notes.add(topic.topicName() + " has " + count(found.replicas(), "replica") + ", this cluster allows for "
                    + wantedReplicas + "; add them with kafka-reassign-partitions, then apply again");
        }
        List<Change> changes = new ArrayList<>();
        settings.forEach((name, wanted) -> {
            String value = found.settings().getOrDefault(name, "");
            if (TopicSettings.exceeds(name, wanted, value)) {
                notes.add(topic.topicName() + " has " + name + "=" + value + ", more than the " + wanted
                        + " that Weir needs; left as it is, because lowering it can cost records");
            } else if (!name.equals(TopicSettings.CLEANUP) && !wanted.equals(value)) {
                changes.add(new Change(name, value, wanted));
            }
        });
        Action action = !refusals.isEmpty() ? Action.REFUSE : changes.isEmpty() ? Action.UNCHANGED : Action.ALTER;
        return new Step(
                topic,
                partitions,
                found.replicas(),
                settings,
                action,
                action == Action.ALTER ? List.copyOf(changes) : List.of(),
                List.copyOf(refusals),
                List.copyOf(notes));
    }

    private static String otherPartitions(Topics topic, int expected, int found) {
        String name = topic.topicName();
        String difference = name + " has " + count(found, "partition") + ", expected " + expected + ". ";
        if (topic.partitioning() == Partitioning.SINGLE) {
            return difference + "Its records need one order for all, which only a single partition has. Remedy: "
                    + recreate(name);
        }
        return difference
                + "A count cannot be lowered, and raising it moves keys to other partitions: the histories of "
                + "accounts would be split between two partitions, and decisions would be made on halves. Remedy: if "
                + found + " is meant, say --partitions " + found + "; otherwise " + recreate(name);
    }

    private static String otherCleanup(Topics topic, String found) {
        String name = topic.topicName();
        String expected = expectedCleanup(topic);
        String damage = topic.cleanup() == Topics.Cleanup.COMPACT
                ? "Unless it is only compacted, profiles that have not changed for a while are deleted, and restored state "
                        + "lacks them. "
                : "Under compaction only the last record of every key stays: history is lost. ";
        return name + " has " + TopicSettings.CLEANUP + "=" + found + ", expected " + expected + ". " + damage
                + "Records may be gone already, so it is not changed silently. Remedy: if what it holds is complete, "
                + "kafka-configs --alter --entity-type topics --entity-name " + name + " --add-config "
                + TopicSettings.CLEANUP + "=" + expected + "; otherwise " + recreate(name);
    }

    private static String recreate(String name) {
        return "if its records are not needed, delete the topic (kafka-topics --delete --topic " + name
                + "), and apply again; if they are, provision another cluster and import them there.";
    }

    private static String expectedCleanup(Topics topic) {
        return topic.cleanup() == Topics.Cleanup.COMPACT ? "compact" : "delete";
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
