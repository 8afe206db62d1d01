package io.weir.load.patterns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * One thread polls and produces, a pool of others works. At least once, records flow through it one by one; exactly once, all
 * the work of a batch is waited for and goes into one transaction.
 */
final class WorkerPool implements Pattern.Running {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);

    private final Job job;
    private final Work work;
    private volatile boolean stopped;

    WorkerPool(Job job) {
        this.job = job;
        this.work = job.work();
    }

    @Override
    public void run() {
        try (ExecutorService workers = Executors.newFixedThreadPool(work.atOnce());
                KafkaConsumer<byte[], byte[]> consumer = job.consumer(work.batch(work.atOnce()))) {
            switch (job.guarantee()) {
                case AT_LEAST_ONCE -> stream(consumer, workers);
                case EXACTLY_ONCE -> batches(consumer, workers);
            }
        }
    }

    @Override
    public void stop() {
        stopped = true;
    }

    private void stream(KafkaConsumer<byte[], byte[]> consumer, ExecutorService workers) {
        try (KafkaProducer<byte[], byte[]> producer = job.producer("")) {
            InFlight inFlight = new InFlight(consumer, producer, work.batch(work.atOnce()));
            consumer.subscribe(List.of(job.input()), inFlight);
            long committedNs = System.nanoTime();
            while (!stopped) {
                // While work is under way this thread waits for that; records are fetched in the background.
                ConsumerRecords<byte[], byte[]> records = consumer.poll(inFlight.isEmpty() ? POLL : Duration.ZERO);
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    inFlight.begin(record, worked(record, workers));
                }
                if (inFlight.produceFinished() == 0 && records.isEmpty()) {
                    inFlight.awaitFinished();
                }
                if (System.nanoTime() - committedNs > COMMIT_INTERVAL.toNanos()) {
                    committedNs = System.nanoTime();
                    inFlight.commit();
                }
            }
            inFlight.onPartitionsRevoked(consumer.assignment());
        }
    }

    private void batches(KafkaConsumer<byte[], byte[]> consumer, ExecutorService workers) {
        try (Outlet outlet = Outlet.of(job, 1)) {
            consumer.subscribe(List.of(job.input()));
            while (!stopped) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                if (records.isEmpty()) {
                    continue;
                }
                List<CompletableFuture<ProducerRecord<byte[], byte[]>>> working = new ArrayList<>(records.count());
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    working.add(worked(record, workers));
                }
                List<ProducerRecord<byte[], byte[]>> results =
                        working.stream().map(CompletableFuture::join).toList();
                if (!outlet.write(Batch.of(records, results, consumer))) {
                    Batch.rewind(consumer);
                }
            }
        }
    }

    private CompletableFuture<ProducerRecord<byte[], byte[]>> worked(
            ConsumerRecord<byte[], byte[]> record, ExecutorService workers) {
        return CompletableFuture.supplyAsync(() -> work.now(record), workers);
    }
}
