package io.weir.server.log;

import io.weir.events.Topics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The group's positions as the admin API tells them. */
final class KafkaGroupPositions implements GroupPositions {
    private static final String TOPIC = Topics.TRANSACTIONS.topicName();

    private final Admin admin;
    private final String group;
    /** What has been told of this question; null for a partition of which nothing is committed. */
    private final Map<TopicPartition, @Nullable OffsetAndMetadata> told = new HashMap<>();

    private boolean stable;
    private @Nullable Set<TopicPartition> partitions;
    private @Nullable Future<Answer> asked;

    /** Positions of those partitions that the cluster told; null for a partition of which nothing is committed. */
    private record Answer(Set<TopicPartition> partitions, Map<TopicPartition, @Nullable OffsetAndMetadata> positions) {}

    KafkaGroupPositions(Admin admin, String group) {
        this.admin = admin;
        this.group = group;
    }

    @Override
    public void ask(boolean stableOnly) {
        stable = stableOnly;
        told.clear();
        Set<TopicPartition> known = partitions;
        CompletionStage<Answer> answer =
                known != null ? positions(known) : partitionsOfTheLog().thenCompose(this::positions);
        asked = answer.toCompletableFuture();
    }

    @Override
    public boolean asking() {
        return asked != null;
    }

    @Override
    public @Nullable Map<Integer, CommittedPosition> take() {
        Future<Answer> answer = asked;
        if (answer == null || !answer.isDone()) {
            return null;
        }
        asked = null;
        Answer come = get(answer);
        partitions = partitions == null ? come.partitions : partitions;
        told.putAll(come.positions);
        // A partition whose position is being committed is left out of the answer, however much was committed of it
        // before. To take that for nothing would be to decide in the light of too little: it is asked again.
        Set<TopicPartition> missing = new HashSet<>(come.partitions);
        missing.removeAll(told.keySet());
        if (!missing.isEmpty()) {
            asked = positions(missing).toCompletableFuture();
            return null;
        }
        Map<Integer, CommittedPosition> positions = new HashMap<>();
        told.forEach((partition, committed) -> {
            if (committed != null) {
                positions.put(partition.partition(), new CommittedPosition(committed.offset(), committed.metadata()));
            }
        });
        return positions;
    }

    private CompletionStage<Set<TopicPartition>> partitionsOfTheLog() {
        return admin.describeTopics(List.of(TOPIC))
                .allTopicNames()
                .toCompletionStage()
                .thenApply(topics -> IntStream.range(
                                0,
                                Objects.requireNonNull(topics.get(TOPIC))
                                        .partitions()
                                        .size())
                        .mapToObj(partition -> new TopicPartition(TOPIC, partition))
                        .collect(Collectors.toSet()));
    }

    /** By name: only then does the answer tell a partition without a position from one that is left out. */
    private CompletionStage<Answer> positions(Set<TopicPartition> of) {
        var options = new ListConsumerGroupOffsetsOptions().requireStable(stable);
        var what = new ListConsumerGroupOffsetsSpec().topicPartitions(of);
        return admin.listConsumerGroupOffsets(Map.of(group, what), options)
                .partitionsToOffsetAndMetadata(group)
                .toCompletionStage()
                .thenApply(positions -> new Answer(of, positions));
    }

    private static Answer get(Future<Answer> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineLogException("interrupted while asking for the group's committed positions", e);
        } catch (ExecutionException e) {
            throw new EngineLogException("the group's committed positions cannot be had: " + e.getMessage(), e);
        }
    }
}
