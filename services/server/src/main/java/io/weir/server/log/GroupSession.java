package io.weir.server.log;

import io.weir.events.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import reactor.core.publisher.Flux;
import reactor.kafka.receiver.KafkaReceiver;
import reactor.kafka.receiver.ReceiverOptions;
import reactor.kafka.receiver.ReceiverRecord;

/**
 * One membership of a consumer group, from joining to the failure that ends it. Records may be acknowledged in any order: what
 * is committed is the position before the first that is not.
 */
final class GroupSession {
    /** The longest that closing the consumer may take. */
    static final Duration CLOSE = Duration.ofSeconds(5);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration COMMIT = Duration.ofMillis(500);
    /** While so many are done behind one that is not, no more are read: a restart repeats these at most. */
    private static final int MAX_AHEAD = 1_000;

    private final KafkaReceiver<byte[], byte[]> receiver;
    private final LastClosed values = new LastClosed();
    /** One object for each time that a partition is ours. */
    private final Map<TopicPartition, Object> tenures = new ConcurrentHashMap<>();

    /** A session that joins when its records are asked for. */
    GroupSession(Cluster cluster, String group, String clientId, Set<Topics> topics) {
        ReceiverOptions<byte[], byte[]> options = ReceiverOptions.<byte[], byte[]>create(
                        new HashMap<>(KafkaSettings.groupReader(cluster, group, clientId)))
                .withKeyDeserializer(new ByteArrayDeserializer())
                .withValueDeserializer(values)
                .subscription(topics.stream().map(Topics::topicName).toList())
                .addAssignListener(assigned ->
                        assigned.forEach(partition -> tenures.put(partition.topicPartition(), new Object())))
                .addRevokeListener(revoked -> revoked.forEach(partition -> tenures.remove(partition.topicPartition())))
                .commitInterval(COMMIT)
                .maxDeferredCommits(MAX_AHEAD)
                // What is under way does not hold up the group: its new owner repeats it, which its id tells.
                .maxDelayRebalance(Duration.ZERO)
                .pollTimeout(POLL)
                .closeTimeout(CLOSE);
        this.receiver = KafkaReceiver.create(options);
    }

    /** What it reads. Once only; cancelling it commits what is acknowledged and leaves the group. */
    Flux<ReceiverRecord<byte[], byte[]>> records() {
        return receiver.receive().doFinally(end -> tenures.clear());
    }

    /** Whether the partition has been ours without a break from now on. */
    BooleanSupplier tenure(TopicPartition partition) {
        Object mine = tenures.get(partition);
        return () -> mine != null && tenures.get(partition) == mine;
    }

    /** Waits until the consumer has left, but not longer than {@link #CLOSE}; false if it has not. */
    boolean awaitClosed() {
        return values.await(CLOSE);
    }
}
