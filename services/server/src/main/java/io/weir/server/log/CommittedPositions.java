package io.weir.server.log;

import io.weir.events.Topics;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Up to where the group has committed decisions, asked without waiting. Used by one thread. */
public final class CommittedPositions {
    private final Admin admin;
    private @Nullable KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> asked;

    public CommittedPositions(Admin admin) {
        this.admin = admin;
    }

    /** Asks anew; a question under way is forgotten. */
    public void ask() {
        asked = admin.listConsumerGroupOffsets(KafkaSettings.SCORER_GROUP).partitionsToOffsetAndMetadata();
    }

    /** Whether a question is under way whose answer has not been taken. */
    public boolean asking() {
        return asked != null;
    }

    /**
     * The answer, once: for every partition with a committed position, the offset of the first record not yet decided; or
     * null while there is none.
     *
     * @throws EngineLogException when the question failed
     */
    public @Nullable Map<Integer, Long> take() {
        KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> answer = asked;
        if (answer == null || !answer.isDone()) {
            return null;
        }
        asked = null;
        try {
            Map<Integer, Long> positions = new HashMap<>();
            answer.get().forEach((partition, committed) -> {
                if (committed != null && partition.topic().equals(Topics.TRANSACTIONS.topicName())) {
                    positions.put(partition.partition(), committed.offset());
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
