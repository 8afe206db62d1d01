package io.weir.server.log;

import io.weir.events.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a consumer group stands. A new group is placed before its first member joins, so that records that come between its
 * first record and its first commit cannot be missed by a restart. Blocking.
 */
final class GroupPlacing {
    private static final Logger log = LoggerFactory.getLogger(GroupPlacing.class);
    private static final long ANSWER_S = 10;

    private final Admin admin;
    private final String group;
    private final Set<Topics> topics;

    GroupPlacing(Admin admin, String group, Set<Topics> topics) {
        this.admin = admin;
        this.group = group;
        this.topics = topics;
    }

    /** Gives the group a position in each partition where it has none, at the beginning or the end of what is committed. */
    void place(boolean atBeginning) throws Exception {
        List<TopicPartition> missing = new ArrayList<>(partitions());
        missing.removeAll(committed().keySet());
        if (missing.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        offsets(missing, atBeginning ? OffsetSpec.earliest() : OffsetSpec.latest())
                .forEach((partition, offset) -> positions.put(partition, new OffsetAndMetadata(offset)));
        try {
            get(admin.alterConsumerGroupOffsets(group, positions).all());
            log.info("{}: begins at {}", group, positions);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownMemberIdException || e.getCause() instanceof GroupNotEmptyException)) {
                throw e;
            }
            log.debug("{}: another member has placed it", group, e);
        }
    }

    /** Offsets between what is committed and what can be read, over all partitions. */
    long lag() throws Exception {
        Map<TopicPartition, Long> committed = committed();
        long lag = 0;
        for (Map.Entry<TopicPartition, Long> end :
                offsets(List.copyOf(committed.keySet()), OffsetSpec.latest()).entrySet()) {
            lag += Math.max(0, end.getValue() - committed.getOrDefault(end.getKey(), 0L));
        }
        return lag;
    }

    private List<TopicPartition> partitions() throws Exception {
        List<TopicPartition> partitions = new ArrayList<>();
        for (Topics topic : topics) {
            try {
                get(admin.describeTopics(List.of(topic.topicName())).allTopicNames())
                        .forEach((name, description) -> description
                                .partitions()
                                .forEach(partition -> partitions.add(new TopicPartition(name, partition.partition()))));
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    throw new IllegalStateException(
                            "the topic " + topic.topicName() + " is missing; run weir topics --apply", e);
                }
                throw e;
            }
        }
        return partitions;
    }

    private Map<TopicPartition, Long> committed() throws Exception {
        Map<TopicPartition, Long> committed = new HashMap<>();
        try {
            get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                    .forEach((partition, position) -> {
                        if (position != null) {
                            committed.put(partition, position.offset());
                        }
                    });
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw e;
            }
        }
        return committed;
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which) throws Exception {
        return get(ReadableOffsets.of(admin, partitions, which));
    }

    private static <T> T get(KafkaFuture<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return future.get(ANSWER_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new TimeoutException("no answer from the brokers within " + ANSWER_S + " s");
        }
    }
}
