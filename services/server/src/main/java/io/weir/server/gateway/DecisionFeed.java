package io.weir.server.gateway;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.kafka.client.common.KafkaClientOptions;
import io.vertx.kafka.client.common.PartitionInfo;
import io.vertx.kafka.client.common.TopicPartition;
import io.vertx.kafka.client.consumer.KafkaConsumer;
import io.vertx.kafka.client.consumer.KafkaConsumerRecords;
import io.weir.events.DuplicateDetected;
import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.MalformedValueException;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.server.log.Backoff;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows all partitions of {@code weir.decisions} and {@code weir.duplicates}, committed records only, from the ends that
 * they have at start. Once {@link #open} is done nothing that is written afterwards is missed.
 *
 * <p>Records are decoded on the consumer's own thread, because a schema not seen before costs a call to the registry, and
 * handed over on the event loop.
 */
final class DecisionFeed {
    private static final Logger log = LoggerFactory.getLogger(DecisionFeed.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));
    /** So many failures in a row are more than a moment's: from there on the instance says that it is not ready. */
    private static final int TOLD_AFTER = 4;
    /** Longer than a failing poll takes to fail again: without records this is how a success is known. */
    private static final long CALM_MS = 15_000;

    private final Cluster cluster;
    private final SchemaIds schemaIds;
    private final Consumer<TransactionDecided> onDecision;
    private final Consumer<DuplicateDetected> onDuplicate;
    private @Nullable KafkaConsumer<byte[], Event> consumer;
    /** Polls that failed since one did not. They fail on the consumer's own thread, records come on the event loop. */
    private final AtomicInteger failures = new AtomicInteger();

    private volatile @Nullable String failingBecause;

    DecisionFeed(
            Cluster cluster,
            SchemaIds schemaIds,
            Consumer<TransactionDecided> onDecision,
            Consumer<DuplicateDetected> onDuplicate) {
        this.cluster = cluster;
        this.schemaIds = schemaIds;
        this.onDecision = onDecision;
        this.onDuplicate = onDuplicate;
    }

    /** Fixes the positions and begins to follow. To be called again after a failure. */
    Future<Void> open(Context context) {
        // Made on a worker, which belongs to the same context: that is where the records will be handed over.
        return context.executeBlocking(() -> create(context)).compose(created -> fixPositions(created)
                .onSuccess(fixed -> follow(context, created))
                .onFailure(failure -> created.close()));
    }

    /** Why decisions have not been coming for a while, or null if they are. It goes on trying. On any thread. */
    @Nullable
    String failingBecause() {
        return failingBecause;
    }

    Future<Void> close() {
        KafkaConsumer<byte[], Event> open = consumer;
        consumer = null;
        return open == null ? Future.succeededFuture() : open.close();
    }

    private KafkaConsumer<byte[], Event> create(Context context) {
        Map<String, String> settings = KafkaSettings.gatewayDecisions(cluster);
        KafkaClientOptions options = new KafkaClientOptions().setConfig(new HashMap<>(settings));
        return KafkaConsumer.create(
                context.owner(), options, new ByteArrayDeserializer(), new EventDeserializer(schemaIds));
    }

    private void follow(Context context, KafkaConsumer<byte[], Event> opened) {
        consumer = opened;
        succeeded();
        opened.exceptionHandler(failure -> failed(context, opened, failure));
        opened.batchHandler(this::deliver);
    }

    private void failed(Context context, KafkaConsumer<byte[], Event> opened, Throwable failure) {
        int count = failures.incrementAndGet();
        long pauseMs = BACKOFF.ms(count);
        log.warn("reading decisions failed {} times, going on in {} ms: {}", count, pauseMs, failure.toString());
        if (count >= TOLD_AFTER) {
            failingBecause = "decisions cannot be read: " + failure.getMessage();
        }
        opened.pause(); // else it would be tried again at once, and so on
        context.owner().setTimer(pauseMs, again -> opened.resume());
        context.owner().setTimer(pauseMs + CALM_MS, later -> {
            if (failures.get() == count) {
                succeeded();
            }
        });
    }

    private void succeeded() {
        failures.set(0);
        failingBecause = null;
    }

    private static Future<Void> fixPositions(KafkaConsumer<byte[], Event> consumer) {
        Future<List<PartitionInfo>> decisions = consumer.partitionsFor(Topics.DECISIONS.topicName());
        Future<List<PartitionInfo>> duplicates = consumer.partitionsFor(Topics.DUPLICATES.topicName());
        return Future.all(decisions, duplicates).compose(found -> {
            Set<TopicPartition> partitions = new HashSet<>();
            decisions.result().forEach(info -> partitions.add(partition(info)));
            duplicates.result().forEach(info -> partitions.add(partition(info)));
            return consumer.assign(partitions)
                    .compose(assigned -> consumer.seekToEnd(partitions))
                    .compose(sought -> {
                        // Seeking is lazy; asking for the position is not.
                        List<Future<Long>> positions = new ArrayList<>();
                        partitions.forEach(partition -> positions.add(consumer.position(partition)));
                        return Future.all(positions).mapEmpty();
                    });
        });
    }

    private static TopicPartition partition(PartitionInfo info) {
        return new TopicPartition(info.getTopic(), info.getPartition());
    }

    private void deliver(KafkaConsumerRecords<byte[], Event> records) {
        succeeded();
        for (int i = 0; i < records.size(); i++) {
            Event event = records.recordAt(i).value();
            if (event instanceof TransactionDecided decided) {
                onDecision.accept(decided);
            } else if (event instanceof DuplicateDetected duplicate) {
                onDuplicate.accept(duplicate);
            }
        }
    }

    /** An undecodable record is nobody's decision: null. A registry without an answer ends the poll, which is repeated. */
    private static final class EventDeserializer implements Deserializer<@Nullable Event> {
        private final EventReader reader;

        EventDeserializer(SchemaIds schemaIds) {
            this.reader = new EventReader(schemaIds);
        }

        @Override
        public @Nullable Event deserialize(String topic, byte @Nullable [] value) {
            try {
                return reader.read(value);
            } catch (MalformedValueException e) {
                log.warn("skipping a record of {} that is no event: {}", topic, e.getMessage());
                return null;
            }
        }
    }
}
