package io.weir.local;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Every setting of the local broker that differs from Kafka's default, with its reason. */
final class BrokerSettings {
    /** Relative to the broker's working directory: no character of that path has to be escaped. */
    static final String DATA = "data";

    /** Copies of every record, where there are as many brokers. */
    private static final int REPLICAS = 3;

    private BrokerSettings() {}

    /**
     * The settings of one broker.
     *
     * @param cluster all brokers, this one included
     * @param version that it was formatted by
     */
    static Map<String, String> of(BrokerNode node, List<BrokerNode> cluster, BrokerVersion version) {
        Map<String, String> settings = new LinkedHashMap<>();
        nodeOnLoopback(settings, node);
        quorum(settings, cluster, version);
        internalTopics(settings, Math.min(REPLICAS, cluster.size()));
        topics(settings);
        transactions(settings);
        groups(settings);
        smallAndQuickToStart(settings);
        return settings;
    }

    private static void nodeOnLoopback(Map<String, String> s, BrokerNode node) {
        s.put("process.roles", "broker,controller");
        s.put("node.id", String.valueOf(node.id()));
        s.put("log.dirs", DATA);
        // Nothing here authenticates anyone, so nothing may be reached from another machine.
        String listeners = "PLAINTEXT://" + node.address();
        String advertised = listeners;
        Detour detour = node.detour();
        if (detour != null) {
            listeners += ",DETOUR://127.0.0.1:" + detour.brokerPort();
            advertised += ",DETOUR://" + detour.address();
        }
        s.put("listeners", listeners + ",CONTROLLER://127.0.0.1:" + node.controllerPort());
        s.put("advertised.listeners", advertised);
        s.put("inter.broker.listener.name", "PLAINTEXT");
        s.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,DETOUR:PLAINTEXT,CONTROLLER:PLAINTEXT");
        s.put("controller.listener.names", "CONTROLLER");
    }

    private static void quorum(Map<String, String> s, List<BrokerNode> cluster, BrokerVersion version) {
        if (isLearned(cluster, version)) {
            s.put(
                    "controller.quorum.bootstrap.servers",
                    "127.0.0.1:" + cluster.getFirst().controllerPort());
        } else {
            // Fixed, not learned: an address may change from one life of the cluster to the next.
            s.put(
                    "controller.quorum.voters",
                    cluster.stream().map(BrokerNode::voter).collect(Collectors.joining(",")));
        }
        // A broker that dies may have been the active controller, too. Until its partitions have other leaders it takes
        // the others' noticing (1 s), an election, and then, as the new controller counts from its own beginning, the
        // broker's session (1.5 s): within the 5 s that a leader loss may cost. Kafka's defaults are 2, 1 and 9 s. A
        // follower's
        // fetch may rest for half a second at the active controller: less than twice of that would be elections for
        // nothing.
        s.put("controller.quorum.fetch.timeout.ms", "1000");
        s.put("controller.quorum.election.timeout.ms", "500");
        s.put("controller.quorum.election.backoff.max.ms", "500");
        // Started again after a kill, the broker is fenced until the session of its previous life has run out, as well.
        s.put("broker.session.timeout.ms", "1500");
        s.put("broker.heartbeat.interval.ms", "200");
    }

    /** Whether the controllers are known by the data that a broker was formatted with, not by its settings. */
    static boolean isLearned(List<BrokerNode> cluster, BrokerVersion version) {
        return cluster.size() == 1 && version.learnsQuorum();
    }

    private static void internalTopics(Map<String, String> s, int replicas) {
        String copies = String.valueOf(replicas);
        // As with Weir's own topics: two of three must have a record before it counts.
        String inSync = replicas >= REPLICAS ? "2" : "1";
        s.put("offsets.topic.replication.factor", copies);
        s.put("transaction.state.log.replication.factor", copies);
        s.put("transaction.state.log.min.isr", inSync);
        s.put("share.coordinator.state.topic.replication.factor", copies);
        s.put("share.coordinator.state.topic.min.isr", inSync);
        // What is not said for a topic; of the above, positions of groups.
        s.put("min.insync.replicas", inSync);
        s.put("default.replication.factor", copies);
        // A handful of groups and transactional ids: 50 partitions each would only be files to open and recover.
        s.put("offsets.topic.num.partitions", "4");
        s.put("transaction.state.log.num.partitions", "4");
        s.put("share.coordinator.state.topic.num.partitions", "1");
    }

    private static void topics(Map<String, String> s) {
        // A topic exists with the partitions and cleanup that were declared for it, or not at all.
        s.put("auto.create.topics.enable", "false");
        // Retention must count from the append: imported history is old the moment it arrives.
        s.put("log.message.timestamp.type", "LogAppendTime");
        s.put("log.retention.hours", "168");
        // Models and policies travel as events.
        s.put("message.max.bytes", "9437184");
    }

    private static void transactions(Map<String, String> s) {
        // How long the next transaction waits when the markers of the one before are not written yet. With the default
        // of
        // 20 ms, twice the p99.
        s.put("add.partitions.to.txn.retry.backoff.ms", "1");
        // An open transaction of a dead engine holds back every read_committed reader: bound what a producer may ask
        // for,
        // and look for expired ones every second.
        s.put("transaction.max.timeout.ms", "60000");
        s.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    }

    private static void groups(Map<String, String> s) {
        // Nobody else is about to join: do not wait for them.
        s.put("group.initial.rebalance.delay.ms", "0");
        s.put("group.consumer.assignment.interval.ms", "0");
        // With group.protocol=consumer these are the broker's to set. Partitions of a dead engine are taken over after
        // 6 s, not 45 s; a rebalance takes a few heartbeats. Provisioning asks for less for Weir's own groups, which
        // the
        // lower bounds must allow.
        s.put("group.consumer.min.session.timeout.ms", "1000");
        s.put("group.consumer.session.timeout.ms", "6000");
        s.put("group.consumer.min.heartbeat.interval.ms", "100");
        s.put("group.consumer.heartbeat.interval.ms", "1000");
    }

    private static void smallAndQuickToStart(Map<String, String> s) {
        // After a kill the last segment of every partition is read through; and its indexes are allocated at full size.
        s.put("log.segment.bytes", "67108864");
        s.put("log.index.size.max.bytes", "1048576");
        // Allocated on the heap at once; the default is 128 MB.
        s.put("log.cleaner.dedupe.buffer.size", "16777216");
        s.put("num.network.threads", "2");
        s.put("num.io.threads", "4");
        s.put("background.threads", "4");
    }
}
