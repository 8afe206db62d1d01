package io.weir.cli.drill;

import io.weir.events.EventWriter;
import io.weir.events.Topics;
import io.weir.events.TransactionSubmitted;
import io.weir.server.log.KafkaSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Puts records on the log of transactions that are none; each must become one dead letter. */
final class Poison implements AutoCloseable {
    private static final int NO_SUCH_SCHEMA = 999_999;

    private final Scene scene;
    private final EventWriter events;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private int count;

    Poison(Scene scene) {
        this.scene = scene;
        this.events = new EventWriter(scene.schemas());
        Map<String, Object> settings = new HashMap<>(KafkaSettings.gatewayProducer(scene.cluster()));
        settings.put("client.id", "weir-drill-poison");
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** One more, of the next kind. */
    void append() {
        String account = "account-" + scene.random().nextInt(1_000);
        byte[] good = events.write(transaction(account, System.currentTimeMillis()));
        switch (count % 5) {
            case 0 -> {
                byte[] noise = new byte[1 + scene.random().nextInt(300)];
                scene.random().nextBytes(noise);
                send(account, noise);
            }
            case 1 -> send(account, null);
            case 2 ->
                send(
                        account,
                        ByteBuffer.allocate(10)
                                .put((byte) 0)
                                .putInt(NO_SUCH_SCHEMA)
                                .array());
            case 3 -> send(account, Arrays.copyOf(good, good.length / 2));
            default -> send("somebody-else", good);
        }
    }

    /** One that says that it occurred later than it was received. */
    void appendFromTheFuture(long aheadMs) {
        String account = "account-" + scene.random().nextInt(1_000);
        send(account, events.write(transaction(account, System.currentTimeMillis() + aheadMs)));
    }

    private TransactionSubmitted transaction(String account, long occurredAtMs) {
        return new TransactionSubmitted(
                "poison-" + count,
                account,
                occurredAtMs,
                System.currentTimeMillis(),
                1_000,
                "EUR",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private void send(String key, byte @Nullable [] value) {
        count++;
        Future<RecordMetadata> unused = producer.send(
                new ProducerRecord<>(Topics.TRANSACTIONS.topicName(), key.getBytes(StandardCharsets.UTF_8), value),
                (done, failure) -> {
                    if (failure == null) {
                        acknowledged.incrementAndGet();
                    } else {
                        failed.incrementAndGet();
                    }
                });
    }

    /** Returns when all are on the log. */
    @Override
    public void close() {
        producer.flush();
        producer.close();
        if (failed.get() > 0) {
            throw new IllegalStateException(failed.get() + " bad records could not be put on the log");
        }
        scene.poisoned(acknowledged.get());
    }
}
