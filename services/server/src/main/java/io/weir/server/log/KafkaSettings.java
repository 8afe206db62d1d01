package io.weir.server.log;

import java.util.HashMap;
import java.util.Map;

/**
 * Every Kafka client setting of Weir, with its reason. What is not named here is Kafka's default on purpose.
 *
 * <p>Security and site-specific settings come from {@link Cluster#clientProperties} and win over these.
 */
public final class KafkaSettings {
    /** The consumer group of the deciding engines. */
    public static final String SCORER_GROUP = "weir-scorer";

    /** The consumer group of the engines that decide in shadow. */
    public static final String SHADOW_GROUP = "weir-shadow";

    /** The largest snapshot that is written. The topics of snapshots and the engine's producer take a bit more. */
    public static final int MAX_SNAPSHOT_BYTES = 8 << 20;

    /** The largest event on the control topic: a model, packed, with its card and what is around it. */
    public static final int MAX_CONTROL_BYTES = 9 << 20;

    /**
     * An open transaction of a dead engine holds back every read_committed reader until it is aborted. An engine that
     * restarts under the same instance id aborts its own at once; this bounds the wait when it does not.
     */
    private static final int TRANSACTION_TIMEOUT_MS = 10_000;

    private static final String COOPERATIVE = "org.apache.kafka.clients.consumer.CooperativeStickyAssignor";

    private KafkaSettings() {}

    /** The gateway's appends to the log: durable first, then quick. */
    public static Map<String, String> gatewayProducer(Cluster cluster) {
        Map<String, String> settings = producer(cluster);
        settings.put("client.id", "weir-gateway");
        // The caller waits: send at once. Under load the sender thread batches what came in meanwhile.
        settings.put("linger.ms", "0");
        // Bounded wait for an acknowledgement: past this the caller has its 503 and may retry, the id makes it safe.
        settings.put("delivery.timeout.ms", "10000");
        settings.put("request.timeout.ms", "5000");
        // Sends run on a worker, one after the other. With every broker gone each waits for metadata so long, and those
        // behind
        // it as well: short, so that a full queue is through soon after the broker is back.
        settings.put("max.block.ms", "500");
        settings.put("buffer.memory", String.valueOf(32 << 20));
        return with(cluster, settings);
    }

    /** Appends to the control topic: rare, durable. */
    public static Map<String, String> controlProducer(Cluster cluster) {
        Map<String, String> settings = producer(cluster);
        settings.put("client.id", "weir-control");
        settings.put("delivery.timeout.ms", "30000");
        settings.put("request.timeout.ms", "10000");
        settings.put("max.request.size", String.valueOf(MAX_CONTROL_BYTES)); // whole policy documents and models
        return with(cluster, settings);
    }

    /** Single records that somebody waits for: dead letters of webhooks. */
    public static Map<String, String> recordProducer(Cluster cluster, String clientId) {
        Map<String, String> settings = producer(cluster);
        settings.put("client.id", clientId);
        settings.put("linger.ms", "0");
        settings.put("delivery.timeout.ms", "30000");
        settings.put("request.timeout.ms", "10000");
        settings.put("max.block.ms", "10000");
        // A whole original of the largest size that a topic takes, and what is said about it.
        settings.put("max.request.size", String.valueOf(2 << 20));
        return with(cluster, settings);
    }

    /** One of an engine's two transactional producers. */
    public static Map<String, String> engineProducer(Cluster cluster, String transactionalId) {
        Map<String, String> settings = producer(cluster);
        settings.put("client.id", transactionalId);
        settings.put("transactional.id", transactionalId);
        settings.put("transaction.timeout.ms", String.valueOf(TRANSACTION_TIMEOUT_MS));
        // The whole batch is handed over and then committed, which flushes: lingering would only delay the commit.
        settings.put("linger.ms", "0");
        settings.put("delivery.timeout.ms", "8000"); // below the transaction's own timeout
        settings.put("request.timeout.ms", "4000");
        // Waits between tries of a transaction's requests; the default of 100 ms would be the latency of every decision
        // that follows another within a few milliseconds.
        settings.put("retry.backoff.ms", "2");
        settings.put("buffer.memory", String.valueOf(64 << 20));
        // The largest snapshot, and what is around it. A dead letter, with the whole original and more, is smaller.
        settings.put("max.request.size", String.valueOf(MAX_SNAPSHOT_BYTES + (1 << 20)));
        return with(cluster, settings);
    }

    /** The consumer of an engine that takes part in the group, on a cluster of our own time. */
    public static Map<String, String> engineConsumer(Cluster cluster, String group, String instanceId) {
        return engineConsumer(cluster, group, instanceId, GroupProtocol.CONSUMER);
    }

    /**
     * The consumer of an engine that takes part in the group.
     *
     * @param protocol as {@linkplain GroupProtocol#chosen chosen}
     */
    static Map<String, String> engineConsumer(
            Cluster cluster, String group, String instanceId, GroupProtocol protocol) {
        Map<String, String> settings = consumer(cluster);
        settings.put("client.id", instanceId);
        settings.put("group.id", group);
        // By the broker, incremental, without a stop of the whole group (KIP-848), with timeouts that provisioning
        // sets.
        settings.put("group.protocol", protocol.toString());
        if (protocol == GroupProtocol.CLASSIC) {
            // Here the members bring the timeouts. The least that brokers allow unless group.min.session.timeout.ms is
            // set lower there.
            settings.put("session.timeout.ms", "6000");
            // How soon the others hear of one that comes or goes.
            settings.put("heartbeat.interval.ms", "500");
            // What an engine keeps it goes on deciding while others are handed over.
            settings.put("partition.assignment.strategy", COOPERATIVE);
        }
        // Static member: a restart can release its own past membership instead of waiting for the session timeout.
        settings.put("group.instance.id", instanceId);
        // No position yet: from the beginning. A transaction that was acknowledged is decided, however long ago.
        settings.put("auto.offset.reset", "earliest");
        // Bounds a batch, with it the transaction, and what a failed commit repeats.
        settings.put("max.poll.records", "2000");
        // Longest time between two polls before the partitions are given to another engine; well above any batch.
        settings.put("max.poll.interval.ms", "60000");
        return with(cluster, settings);
    }

    /** What an engine folds without deciding; a consumer of assigned partitions without a group. */
    public static Map<String, String> engineTail(Cluster cluster, String clientId) {
        Map<String, String> settings = tailConsumer(cluster, clientId);
        // Fetches in the background, so that a poll without waiting finds what has come. Without a group nothing of it
        // is the brokers' concern, so it is right for old ones too.
        settings.put("group.protocol", "consumer");
        return with(cluster, settings);
    }

    /**
     * The read side: views and audits. Nobody's decision waits for it, and every fetch costs the broker and us: at 200
     * commits a second, answering each would be most of what views do. It lags by at most the longest wait.
     */
    public static Map<String, String> readSide(Cluster cluster, String clientId) {
        Map<String, String> settings = tailConsumer(cluster, clientId);
        settings.put("fetch.min.bytes", String.valueOf(256 << 10));
        settings.put("fetch.max.wait.ms", "25");
        return with(cluster, settings);
    }

    /** A member of a group whose records are handed on one by one, to webhooks, with positions committed as that is done. */
    public static Map<String, String> groupReader(Cluster cluster, String group, String clientId) {
        Map<String, String> settings = consumer(cluster);
        settings.put("client.id", clientId);
        settings.put("group.id", group);
        // The session timeout is ours to choose only by the classic protocol: where an instance is killed, another goes
        // on
        // after this, whatever the brokers are set to.
        settings.put("group.protocol", "classic");
        settings.put("session.timeout.ms", "10000");
        // How soon the others hear of one that comes or goes.
        settings.put("heartbeat.interval.ms", "1000");
        // An instance that comes or goes takes only its share from the others; what they have in flight goes on.
        settings.put("partition.assignment.strategy", COOPERATIVE);
        // Positions are placed before a group's first member joins, see GroupFeed; past retention, what is left.
        settings.put("auto.offset.reset", "earliest");
        settings.put("max.poll.records", "100"); // what waits in memory while an endpoint is slow
        return with(cluster, settings);
    }

    /** A consumer of assigned partitions without a group: the gateway's decisions, and whoever reads once. */
    public static Map<String, String> tailConsumer(Cluster cluster, String clientId) {
        Map<String, String> settings = consumer(cluster);
        settings.put("client.id", clientId);
        settings.put("auto.offset.reset", "earliest");
        settings.put("max.poll.records", "5000");
        return with(cluster, settings);
    }

    /** A consumer of assigned partitions that reads to an end that is known, once, while somebody waits. */
    public static Map<String, String> onceConsumer(Cluster cluster, String clientId) {
        Map<String, String> settings = tailConsumer(cluster, clientId);
        // Past the end there is nothing to wait for, but the fetch sent ahead parks there, and closing waits for it.
        settings.put("fetch.max.wait.ms", "10");
        settings.put("default.api.timeout.ms", "10000");
        return with(cluster, settings);
    }

    /** The decisions that a gateway's callers wait for. */
    public static Map<String, String> gatewayDecisions(Cluster cluster) {
        Map<String, String> settings = tailConsumer(cluster, "weir-gateway-decisions");
        // Few at a time: between two polls the event loop serves requests.
        settings.put("max.poll.records", "500");
        // Bounds one try of finding the ends; the gateway tries again.
        settings.put("default.api.timeout.ms", "10000");
        return with(cluster, settings);
    }

    /** Administration: provisioning, committed positions, lag. */
    public static Map<String, String> admin(Cluster cluster) {
        Map<String, String> settings = new HashMap<>();
        settings.put("bootstrap.servers", cluster.bootstrapServers());
        settings.put("client.id", "weir-admin");
        settings.put("request.timeout.ms", "10000");
        settings.put("default.api.timeout.ms", "30000");
        askAgainSoon(settings);
        return with(cluster, settings);
    }

    /** Looking at the cluster's health, again and again: what does not answer soon is unknown this time. */
    public static Map<String, String> health(Cluster cluster) {
        Map<String, String> settings = new HashMap<>();
        settings.put("bootstrap.servers", cluster.bootstrapServers());
        settings.put("client.id", "weir-health");
        settings.put("request.timeout.ms", "3000");
        settings.put("default.api.timeout.ms", "5000");
        return with(cluster, settings);
    }

    /** The site's own settings win. */
    private static Map<String, String> with(Cluster cluster, Map<String, String> settings) {
        settings.putAll(cluster.clientProperties());
        return settings;
    }

    private static Map<String, String> producer(Cluster cluster) {
        Map<String, String> settings = new HashMap<>();
        settings.put("bootstrap.servers", cluster.bootstrapServers());
        // All in-sync replicas have it before it counts; with min.insync.replicas=2 of 3 a lost broker loses nothing.
        settings.put("acks", "all");
        // A retry of the client is no second record, and order is kept with five requests in flight.
        settings.put("enable.idempotence", "true");
        settings.put("max.in.flight.requests.per.connection", "5");
        // Not lz4: its stream allocates 130 KB for every batch, two thirds of what a server allocated where batches are
        // of a few records.
        settings.put("compression.type", "snappy");
        settings.put("batch.size", String.valueOf(64 << 10)); // a batch of decisions in one request per partition
        askAgainSoon(settings);
        socketBuffers(settings);
        return settings;
    }

    private static Map<String, String> consumer(Cluster cluster) {
        Map<String, String> settings = new HashMap<>();
        settings.put("bootstrap.servers", cluster.bootstrapServers());
        // Nothing of an aborted transaction is ever seen.
        settings.put("isolation.level", "read_committed");
        // Positions are committed in the transaction of what was made of them, or not at all.
        settings.put("enable.auto.commit", "false");
        settings.put("allow.auto.create.topics", "false");
        // Answer as soon as there is one byte: latency is the product. Batches form by themselves under load.
        settings.put("fetch.min.bytes", "1");
        // How long an idle fetch parks on the broker: no latency, only the rate of empty answers.
        settings.put("fetch.max.wait.ms", "500");
        settings.put("max.partition.fetch.bytes", String.valueOf(1 << 20));
        askAgainSoon(settings);
        socketBuffers(settings);
        return settings;
    }

    /**
     * How soon a client asks again for a leader or coordinator that is lost: the next one is there after about two seconds, and
     * with Kafka's default (1 s) whoever asked just before would wait for most of another second.
     */
    private static void askAgainSoon(Map<String, String> settings) {
        settings.put("retry.backoff.max.ms", "200");
    }

    /**
     * -1: the operating system tunes the window to the link. A fixed size (Kafka's 64 KiB receive buffer) caps a
     * connection at buffer / round trip: 64 KiB over 80 ms between datacentres is 0.8 MB/s.
     */
    private static void socketBuffers(Map<String, String> settings) {
        settings.put("send.buffer.bytes", "-1");
        settings.put("receive.buffer.bytes", "-1");
    }
}
