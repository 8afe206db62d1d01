package io.weir.server.gateway;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.producer.KafkaProducer;
import io.vertx.kafka.client.producer.KafkaProducerRecord;
import io.weir.events.Event;
import io.weir.events.EventWriter;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends to {@code weir.transactions} and knows whether the log answers. Confined to one event loop; the producer's own
 * calls, which may block while it has no metadata, run on a worker thread of the Kafka client.
 */
final class LogAppender {
    private static final Logger log = LoggerFactory.getLogger(LogAppender.class);
    private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Cluster cluster;
    private final EventWriter writer;
    private final long stalledAfterNanos;
    private final ArrayDeque<Append> unacknowledged = new ArrayDeque<>(); // oldest first, the done ones among them too

    private @Nullable KafkaProducer<byte[], byte[]> producer;
    /** When the oldest unacknowledged append was sent, or null: also read by readiness checks on other threads. */
    private volatile @Nullable Long oldestSentAt;

    private long loggedAt = System.nanoTime() - LOG_EVERY_NANOS;

    LogAppender(Cluster cluster, SchemaIds schemaIds, long acknowledgeWithinMs) {
        this.cluster = cluster;
        this.writer = new EventWriter(schemaIds);
        this.stalledAfterNanos = TimeUnit.MILLISECONDS.toNanos(acknowledgeWithinMs);
    }

    /** Connects, and fetches the metadata that the first append would otherwise wait for. */
    Future<Void> open(Context context) {
        Vertx vertx = context.owner();
        return context.executeBlocking(() -> KafkaProducer.create(
                        vertx,
                        KafkaSettings.gatewayProducer(cluster),
                        new ByteArraySerializer(),
                        new ByteArraySerializer()))
                .compose(created -> {
                    created.exceptionHandler(failure -> {}); // every failure also fails its own append
                    return created.partitionsFor(Topics.TRANSACTIONS.topicName())
                            .onSuccess(partitions -> producer = created)
                            .onFailure(failure -> created.close(1))
                            .mapEmpty();
                });
    }

    /** Appends an event; done once the log has acknowledged it. To be called on the event loop. */
    Future<Position> append(Event event) {
        KafkaProducer<byte[], byte[]> open = producer;
        if (open == null) {
            return Future.failedFuture(new IllegalStateException("the log is not connected"));
        }
        byte[] key = event.key().getBytes(StandardCharsets.UTF_8);
        Append append = new Append(System.nanoTime());
        unacknowledged.add(append);
        if (oldestSentAt == null) {
            oldestSentAt = append.sentAt;
        }
        return open.send(KafkaProducerRecord.create(Topics.TRANSACTIONS.topicName(), key, writer.write(event)))
                .map(written -> new Position(written.getPartition(), written.getOffset()))
                .onComplete((position, failure) -> finished(append, failure));
    }

    /** Why an append would not be acknowledged in time, or null if it may be. On any thread. */
    @Nullable
    String stalledBecause() {
        Long oldest = oldestSentAt;
        long waited = oldest == null ? 0 : System.nanoTime() - oldest;
        return waited < stalledAfterNanos
                ? null
                : "the log has not acknowledged an append for " + TimeUnit.NANOSECONDS.toMillis(waited) + " ms";
    }

    /** Lets appends in flight finish, for at most so long. */
    Future<Void> close(long timeoutMs) {
        KafkaProducer<byte[], byte[]> open = producer;
        producer = null;
        return open == null ? Future.succeededFuture() : open.close(timeoutMs);
    }

    private void finished(Append append, @Nullable Throwable failure) {
        append.done = true;
        while (!unacknowledged.isEmpty() && unacknowledged.peek().done) {
            unacknowledged.poll();
        }
        oldestSentAt = unacknowledged.isEmpty() ? null : unacknowledged.peek().sentAt;
        if (failure != null && System.nanoTime() - loggedAt > LOG_EVERY_NANOS) {
            loggedAt = System.nanoTime();
            log.warn("an append to {} failed: {}", Topics.TRANSACTIONS.topicName(), failure.toString());
        }
    }

    private static final class Append {
        private final long sentAt;
        private boolean done;

        Append(long sentAt) {
            this.sentAt = sentAt;
        }
    }
}
