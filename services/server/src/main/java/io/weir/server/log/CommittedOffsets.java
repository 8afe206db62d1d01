package io.weir.server.log;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Positions of any group, for looking at them. */
public final class CommittedOffsets {
    private CommittedOffsets() {}

    /** By partition, without those that the group has no position for; fails as the admin API does. */
    public static KafkaFuture<Map<TopicPartition, Long>> of(Admin admin, String group) {
        return admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .thenApply(committed -> {
                    Map<TopicPartition, Long> offsets = new HashMap<>();
                    committed.forEach((partition, position) -> {
                        if (position != null) {
                            offsets.put(partition, position.offset());
                        }
                    });
                    return offsets;
                });
    }
}
