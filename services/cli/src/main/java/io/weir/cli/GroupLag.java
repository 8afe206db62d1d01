package io.weir.cli;

import io.weir.events.Topics;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** How many transactions are on the log and not yet decided, as the broker tells. */
public final class GroupLag implements AutoCloseable {
    private static final long TIMEOUT_MS = 2_000;

    private static final String TOPIC = Topics.TRANSACTIONS.topicName();

    private final Admin admin;
    /** Of every partition, once the broker has told them: their number is fixed for good. */
    private final Map<TopicPartition, OffsetSpec> latest = new HashMap<>();

    public GroupLag(Cluster cluster) {
        admin = Admin.create(new HashMap<String, Object>(KafkaSettings.admin(cluster)));
    }

    /** Records between the committed and the last offsets, all of a partition of which nothing is committed; -1 if the broker does not say within 2 s. */
    public long records() {
        try {
            var committed = admin.listConsumerGroupOffsets(KafkaSettings.SCORER_GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
            if (latest.isEmpty()) {
                var topics =
                        admin.describeTopics(List.of(TOPIC)).allTopicNames().get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
                topics.values().forEach(topic -> topic.partitions()
                        .forEach(info -> latest.put(new TopicPartition(TOPIC, info.partition()), OffsetSpec.latest())));
            }
            var ends = admin.listOffsets(latest).all().get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
            long lag = 0;
            for (var end : ends.entrySet()) {
                var position = committed.get(end.getKey());
                lag += end.getValue().offset() - (position == null ? 0 : position.offset());
            }
            return lag;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        } catch (ExecutionException | TimeoutException e) {
            return -1;
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
