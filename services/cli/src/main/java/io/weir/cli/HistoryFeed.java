package io.weir.cli;

import io.weir.events.Event;
import io.weir.events.EventWriter;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import io.weir.training.replay.LabelledTransaction;
import io.weir.training.simulator.SimulatedTransaction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Appends a simulated history to the log as a gateway would: every transaction, and seven days of event time later its
 * label, for all frauds and a tenth of the rest. The same history gives the same records in the same order in every
 * partition.
 */
public final class HistoryFeed {
    private static final long LABEL_DELAY_MS = 7L * 24 * 60 * 60 * 1000;

    private final List<SimulatedTransaction> history;
    private final Deque<SimulatedTransaction> unlabelled = new ArrayDeque<>();
    private final EventWriter writer;
    private final LongAdder sent = new LongAdder();
    private final LongAdder labels = new LongAdder();

    public HistoryFeed(List<SimulatedTransaction> history, SchemaIds schemaIds) {
        this.history = history;
        this.writer = new EventWriter(schemaIds);
    }

    /**
     * Appends all of it.
     *
     * @param perSecond transactions a second, at the most
     */
    public void run(Cluster cluster, int perSecond) {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.gatewayProducer(cluster));
        settings.put("linger.ms", "5");
        settings.put("max.block.ms", "60000");
        settings.put("delivery.timeout.ms", "60000");
        long startedNs = System.nanoTime();
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (SimulatedTransaction transaction : history) {
                LockSupport.parkNanos(startedNs + sent.sum() * 1_000_000_000L / perSecond - System.nanoTime());
                sendLabelsDue(producer, transaction.occurredAtMs());
                send(producer, submitted(transaction));
                unlabelled.add(transaction);
                sent.increment();
            }
            producer.flush();
        }
    }

    /** Transactions sent so far. */
    public int sent() {
        return sent.intValue();
    }

    /** Labels sent so far. */
    public int labels() {
        return labels.intValue();
    }

    private void sendLabelsDue(KafkaProducer<byte[], byte[]> producer, long nowMs) {
        while (!unlabelled.isEmpty() && unlabelled.element().occurredAtMs() + LABEL_DELAY_MS <= nowMs) {
            SimulatedTransaction transaction = unlabelled.remove();
            if (transaction.fraud() || transaction.id() % 10 == 0) {
                TransactionSubmitted of = submitted(transaction);
                send(
                        producer,
                        new TransactionLabelled(
                                of.transactionId(), of.accountId(), nowMs, nowMs, transaction.fraud(), "simulation"));
                labels.increment();
            }
        }
    }

    private void send(KafkaProducer<byte[], byte[]> producer, Event event) {
        byte[] key = event.key().getBytes(StandardCharsets.UTF_8);
        var unused = producer.send(
                new ProducerRecord<>(Topics.TRANSACTIONS.topicName(), key, writer.write(event)), (done, failure) -> {
                    if (failure != null) {
                        throw new IllegalStateException("a record was not acknowledged", failure);
                    }
                });
    }

    /** What a payment service submits of it. */
    public static TransactionSubmitted submitted(SimulatedTransaction transaction) {
        return LabelledTransaction.of(transaction).transaction();
    }
}
