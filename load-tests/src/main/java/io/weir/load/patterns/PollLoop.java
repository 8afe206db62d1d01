package io.weir.load.patterns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * One thread does everything, one batch after the other. Rebalances happen within {@code poll}, when nothing is under way:
 * there is nothing to coordinate.
 */
final class PollLoop implements Pattern.Running {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Job job;
    private volatile boolean stopped;

    PollLoop(Job job) {
        this.job = job;
    }

    @Override
    public void run() {
        Work work = job.work();
        try (KafkaConsumer<byte[], byte[]> consumer = job.consumer(work.batch(1));
                Outlet outlet = Outlet.of(job, 1)) {
            consumer.subscribe(List.of(job.input()));
            while (!stopped) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                if (records.isEmpty()) {
                    continue;
                }
                List<ProducerRecord<byte[], byte[]>> results = new ArrayList<>(records.count());
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    results.add(work.now(record));
                }
                Batch batch = Batch.of(records, results, consumer);
                if (outlet.write(batch)) {
                    outlet.written(batch, consumer);
                } else {
                    Batch.rewind(consumer);
                }
            }
        }
    }

    @Override
    public void stop() {
        stopped = true;
    }
}
