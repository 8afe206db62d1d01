package io.weir.server.log;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An engine's clients of a Kafka cluster. */
public final class KafkaEngineLog implements EngineLog {
    private static final Logger log = LoggerFactory.getLogger(KafkaEngineLog.class);

    private final Cluster cluster;
    private final String group;
    private final String instanceId;
    private final Admin admin;
    private final GroupPositions positions;
    private @Nullable KafkaGroupMember member;
    private @Nullable List<TransactionalSink> sinks;
    private @Nullable ExecutorService background;
    /** What to close, the last opened first. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /**
     * The clients of an engine that decides.
     *
     * @param instanceId names the engine in the group and in its transactional ids
     */
    public KafkaEngineLog(Cluster cluster, String instanceId) {
        this(cluster, KafkaSettings.SCORER_GROUP, instanceId);
    }

    /**
     * Clients are created when asked for, and connect by themselves: who only reads is no member of the group.
     *
     * @param group the consumer group
     * @param instanceId names the engine in the group and in its transactional ids
     */
    @SuppressWarnings("this-escape") // close() of a final class, when a client cannot be created
    public KafkaEngineLog(Cluster cluster, String group, String instanceId) {
        this.cluster = cluster;
        this.group = group;
        this.instanceId = instanceId;
        try {
            admin = opened(Admin.create(new HashMap<>(KafkaSettings.admin(cluster))));
            positions = positionsOf(group);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public GroupMember member() {
        return kafkaMember();
    }

    @Override
    public GroupPositions positions() {
        return positions;
    }

    /** What another group has committed; one that asks for itself. */
    public GroupPositions positionsOf(String otherGroup) {
        return new KafkaGroupPositions(admin, otherGroup);
    }

    @Override
    public List<TransactionalSink> sinks() {
        if (sinks == null) {
            sinks = TransactionalIds.of(instanceId).stream().map(this::sink).toList();
        }
        return sinks;
    }

    @Override
    public RecordSource open(String purpose) {
        return opened(new KafkaRecordSource(cluster, instanceId + "-" + purpose, admin));
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Executor background() {
        if (background == null) {
            ExecutorService one = Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, instanceId + "-background");
                thread.setDaemon(true);
                return thread;
            });
            opened.push(one::shutdownNow); // not its close(), which would wait for a commit however long that takes
            background = one;
        }
        return background;
    }

    @Override
    public void sleep(long ms) {
        try {
            Thread.sleep(Backoff.jittered(ms));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineLogException("interrupted", e);
        }
    }

    /**
     * The member first: its partitions are undecided from now on, and others cannot have them before it has left. The rest takes
     * as long as fetches that rest at the brokers.
     */
    @Override
    public void close() {
        if (member != null) {
            opened.remove(member);
            close(member);
        }
        while (!opened.isEmpty()) {
            close(opened.pop());
        }
    }

    private void close(AutoCloseable client) {
        try {
            client.close();
        } catch (Exception e) {
            log.warn("closing a client of {}: {}", instanceId, e.toString());
        }
    }

    private KafkaGroupMember kafkaMember() {
        if (member == null) {
            member = opened(new KafkaGroupMember(cluster, group, instanceId, admin));
        }
        return member;
    }

    private TransactionalSink sink(String transactionalId) {
        return opened(new KafkaTransactionalSink(cluster, transactionalId, kafkaMember()));
    }

    private <T extends AutoCloseable> T opened(T client) {
        opened.push(client);
        return client;
    }
}
