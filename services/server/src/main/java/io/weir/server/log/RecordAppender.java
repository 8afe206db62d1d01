package io.weir.server.log;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Appends single records, each acknowledged by all in-sync replicas. Thread-safe; never blocks its caller. */
public final class RecordAppender implements AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final KafkaProducer<byte[], byte[]> producer;
    /** A send without metadata blocks. */
    private final ExecutorService sends;

    /**
     * One that connects by itself.
     *
     * @param clientId Kafka's client id, in broker logs and quotas
     */
    public RecordAppender(Cluster cluster, String clientId) {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.recordProducer(cluster, clientId));
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        this.sends = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name(clientId + "-append").factory());
    }

    /** Appends; done when it is acknowledged, failed when it was not within half a minute. */
    public CompletionStage<Void> append(OutputRecord record) {
        ProducerRecord<byte[], byte[]> out =
                new ProducerRecord<>(record.topic().topicName(), record.partition(), record.key(), record.value());
        record.headers().forEach((name, value) -> out.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        CompletableFuture<Void> acknowledged = new CompletableFuture<>();
        CompletableFuture.runAsync(() -> send(out, acknowledged), sends).exceptionally(failure -> {
            acknowledged.completeExceptionally(failure);
            return null;
        });
        return acknowledged;
    }

    private void send(ProducerRecord<byte[], byte[]> out, CompletableFuture<Void> acknowledged) {
        var unused = producer.send(out, (written, failure) -> {
            if (failure == null) {
                acknowledged.complete(null);
            } else {
                acknowledged.completeExceptionally(failure);
            }
        });
    }

    /** Waits for what is under way, 5 s at most. */
    @Override
    public void close() {
        sends.shutdown();
        producer.close(CLOSE);
    }
}
