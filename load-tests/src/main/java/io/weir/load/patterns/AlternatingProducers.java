package io.weir.load.patterns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The pattern of Weir's engine: one thread works, in order, and needs no locks for what it keeps; while it works on a batch,
 * the one before is committed on another thread, by two transactional producers in turn. One batch at most is on its way.
 */
final class AlternatingProducers implements Pattern.Running {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Job job;
    private volatile boolean stopped;

    AlternatingProducers(Job job) {
        this.job = job;
    }

    @Override
    public void run() {
        Work work = job.work();
        try (KafkaConsumer<byte[], byte[]> consumer = job.consumer(work.batch(1));
                Outlet outlet = Outlet.of(job, 2);
                ExecutorService committing = Executors.newSingleThreadExecutor()) {
            Pending pending = new Pending(outlet, committing, consumer);
            consumer.subscribe(List.of(job.input()), pending);
            while (!stopped) {
                // Nothing new: what is on its way is settled before anybody waits.
                ConsumerRecords<byte[], byte[]> records = consumer.poll(pending.isEmpty() ? POLL : Duration.ZERO);
                List<ProducerRecord<byte[], byte[]>> results = new ArrayList<>(records.count());
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    results.add(work.now(record));
                }
                if (pending.settle() && !records.isEmpty()) {
                    pending.begin(Batch.of(records, results, consumer));
                }
            }
            var unused = pending.settle();
        }
    }

    @Override
    public void stop() {
        stopped = true;
    }

    /** The batch that is being written, if there is one. */
    private static final class Pending implements ConsumerRebalanceListener {
        private final Outlet outlet;
        private final ExecutorService writing;
        private final Consumer<byte[], byte[]> consumer;
        private @Nullable Batch batch;
        private CompletableFuture<Boolean> written = CompletableFuture.completedFuture(true);

        Pending(Outlet outlet, ExecutorService writing, Consumer<byte[], byte[]> consumer) {
            this.outlet = outlet;
            this.writing = writing;
            this.consumer = consumer;
        }

        boolean isEmpty() {
            return batch == null;
        }

        void begin(Batch next) {
            batch = next;
            written = CompletableFuture.supplyAsync(() -> outlet.write(next), writing);
        }

        /** Waits for its end. False if it was taken back: then reading begins again at what is committed. */
        boolean settle() {
            Batch last = batch;
            if (last == null) {
                return true;
            }
            batch = null;
            if (written.join()) {
                outlet.written(last, consumer);
                return true;
            }
            Batch.rewind(consumer);
            return false;
        }

        /** Within {@code poll}, before partitions go to somebody else. */
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            var unused = settle();
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
    }
}
