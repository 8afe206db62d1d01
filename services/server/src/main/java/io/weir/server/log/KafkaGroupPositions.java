package io.weir.server.log;

import io.weir.events.Topics;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The group's positions as the admin API tells them. */
final class KafkaGroupPositions implements GroupPositions {
    private final Admin admin;
    private final String group;
    private @Nullable KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> asked;

    KafkaGroupPositions(Admin admin, String group) {
        this.admin = admin;
        this.group = group;
    }

    @Override
    public void ask(boolean stable) {
        var options = new ListConsumerGroupOffsetsOptions().requireStable(stable);
        asked = admin.listConsumerGroupOffsets(group, options).partitionsToOffsetAndMetadata();
    }

    @Override
    public boolean asking() {
        return asked != null;
    }

    @Override
    public @Nullable Map<Integer, CommittedPosition> take() {
        KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> answer = asked;
        if (answer == null || !answer.isDone()) {
            return null;
        }
        asked = null;
        try {
            Map<Integer, CommittedPosition> positions = new HashMap<>();
            answer.get().forEach((partition, committed) -> {
                if (committed != null && partition.topic().equals(Topics.TRANSACTIONS.topicName())) {
                    positions.put(
                            partition.partition(), new CommittedPosition(committed.offset(), committed.metadata()));
                }
            });
            return positions;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineLogException("interrupted while asking for the group's committed positions", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new EngineLogException("the group's committed positions cannot be had: " + e.getMessage(), e);
        }
    }
}
