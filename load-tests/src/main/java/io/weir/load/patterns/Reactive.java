package io.weir.load.patterns;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.kafka.receiver.KafkaReceiver;
import reactor.kafka.receiver.ReceiverOptions;
import reactor.kafka.sender.KafkaSender;
import reactor.kafka.sender.SenderOptions;
import reactor.kafka.sender.SenderRecord;
import reactor.kafka.sender.TransactionManager;
import reactor.util.retry.Retry;

/**
 * A stream from receiver to sender, by reactor-kafka: so many records are worked on at once, results go on in the order of the
 * records. At least once, a record is acknowledged when its result is; exactly once, a poll is a transaction.
 */
final class Reactive implements Pattern.Running {
    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);
    private static final Duration CLOSE = Duration.ofSeconds(10);

    private final Job job;
    private final Work work;
    private final Sinks.Empty<Void> stop = Sinks.empty();
    private final Closing values = new Closing();

    Reactive(Job job) {
        this.job = job;
        this.work = job.work();
    }

    @Override
    public void run() {
        KafkaReceiver<byte[], byte[]> receiver = KafkaReceiver.create(
                ReceiverOptions.<byte[], byte[]>create(job.consumerSettings(work.batch(work.atOnce())))
                        .withKeyDeserializer(new ByteArrayDeserializer())
                        .withValueDeserializer(values)
                        .commitInterval(COMMIT_INTERVAL)
                        .subscription(List.of(job.input())));
        KafkaSender<byte[], byte[]> sender =
                KafkaSender.create(SenderOptions.<byte[], byte[]>create(job.producerSettings(""))
                        .withKeySerializer(new ByteArraySerializer())
                        .withValueSerializer(new ByteArraySerializer())
                        .maxInFlight(work.batch(work.atOnce())));
        try {
            Flux<?> stream =
                    switch (job.guarantee()) {
                        case AT_LEAST_ONCE -> stream(receiver, sender);
                        case EXACTLY_ONCE -> batches(receiver, sender);
                    };
            stream.takeUntilOther(stop.asMono()).blockLast();
            values.closed.asMono().block(CLOSE); // cancelling closes the consumer, but does not wait for it
        } finally {
            sender.close(); // aborts an open transaction
        }
    }

    @Override
    public void stop() {
        stop.tryEmitEmpty();
    }

    private Flux<?> stream(KafkaReceiver<byte[], byte[]> receiver, KafkaSender<byte[], byte[]> sender) {
        return sender.send(receiver.receive()
                        .flatMapSequential(
                                record -> work.later(record)
                                        .map(result -> SenderRecord.create(result, record.receiverOffset())),
                                work.atOnce()))
                .doOnNext(sent -> sent.correlationMetadata().acknowledge());
    }

    private Flux<?> batches(KafkaReceiver<byte[], byte[]> receiver, KafkaSender<byte[], byte[]> sender) {
        TransactionManager transactions = sender.transactionManager();
        return receiver.receiveExactlyOnce(transactions)
                .concatMap(batch -> sender.send(results(batch)).concatWith(transactions.commit()))
                .onErrorResume(failure -> transactions.abort().then(Mono.error(failure)))
                // The partitions may belong to somebody else: join anew.
                .retryWhen(Retry.indefinitely().filter(CommitFailedException.class::isInstance));
    }

    private Flux<SenderRecord<byte[], byte[], Long>> results(Flux<ConsumerRecord<byte[], byte[]>> batch) {
        return batch.flatMapSequential(
                record -> work.later(record).map(result -> SenderRecord.create(result, record.offset())),
                work.atOnce());
    }

    /** Leaves values as they are; the consumer closes this last. */
    private static final class Closing extends ByteArrayDeserializer {
        private final Sinks.Empty<Void> closed = Sinks.empty();

        @Override
        public void close() {
            closed.tryEmitEmpty();
        }
    }
}
