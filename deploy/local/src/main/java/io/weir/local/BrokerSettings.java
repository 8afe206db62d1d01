package io.weir.local;

import java.util.LinkedHashMap;
import java.util.Map;

/** Every setting of the local broker that differs from Kafka's default, with its reason. */
final class BrokerSettings {
    /** Relative to the broker's working directory: no character of that path has to be escaped. */
    static final String DATA = "data";

    private BrokerSettings() {}

    static Map<String, String> of(int brokerPort, int controllerPort) {
        Map<String, String> settings = new LinkedHashMap<>();
        oneNodeOnLoopback(settings, brokerPort, controllerPort);
        internalTopics(settings);
        topics(settings);
        transactions(settings);
        groups(settings);
        smallAndQuickToStart(settings);
        return settings;
    }

    private static void oneNodeOnLoopback(Map<String, String> s, int brokerPort, int controllerPort) {
        s.put("process.roles", "broker,controller");
        s.put("node.id", "1");
        s.put("log.dirs", DATA);
        // Nothing here authenticates anyone, so nothing may be reached from another machine.
        s.put("listeners", "PLAINTEXT://127.0.0.1:" + brokerPort + ",CONTROLLER://127.0.0.1:" + controllerPort);
        s.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + brokerPort);
        s.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        s.put("controller.listener.names", "CONTROLLER");
        s.put("controller.quorum.bootstrap.servers", "127.0.0.1:" + controllerPort);
        // Started again after a kill, the broker is fenced until the session of its previous life has run out.
        s.put("broker.session.timeout.ms", "3000");
        s.put("broker.heartbeat.interval.ms", "500");
    }

    private static void internalTopics(Map<String, String> s) {
        // One node: the default of three replicas could never be reached.
        s.put("offsets.topic.replication.factor", "1");
        s.put("transaction.state.log.replication.factor", "1");
        s.put("transaction.state.log.min.isr", "1");
        s.put("share.coordinator.state.topic.replication.factor", "1");
        s.put("share.coordinator.state.topic.min.isr", "1");
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
        // 6 s,
        // not 45 s; a rebalance takes a few heartbeats.
        s.put("group.consumer.min.session.timeout.ms", "3000");
        s.put("group.consumer.session.timeout.ms", "6000");
        s.put("group.consumer.min.heartbeat.interval.ms", "500");
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
