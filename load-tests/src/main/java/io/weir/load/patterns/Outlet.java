package io.weir.load.patterns;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;

/** Where batches go. One thread at a time. */
interface Outlet extends AutoCloseable {
    /**
     * Writes the results; returns when they are acknowledged, or committed.
     *
     * @return false if nothing of the batch was committed because its partitions may belong to somebody else
     */
    boolean write(Batch batch);

    /** What remains to be done, on the consumer's thread, when a batch is written. */
    void written(Batch batch, Consumer<byte[], byte[]> consumer);

    @Override
    void close();

    /**
     * One with the guarantee of the job.
     *
     * @param producers how many transactional producers take turns
     */
    static Outlet of(Job job, int producers) {
        return switch (job.guarantee()) {
            case AT_LEAST_ONCE -> new Acknowledged(job.producer(""));
            case EXACTLY_ONCE ->
                new Transactional(IntStream.range(0, producers)
                        .mapToObj(i -> job.producer("-" + i))
                        .toList());
        };
    }

    /** Results first, positions when all are acknowledged. */
    final class Acknowledged implements Outlet {
        private final Producer<byte[], byte[]> producer;

        Acknowledged(Producer<byte[], byte[]> producer) {
            this.producer = producer;
        }

        @Override
        public boolean write(Batch batch) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            batch.results().forEach(result -> sent.add(producer.send(result)));
            try {
                for (Future<RecordMetadata> each : sent) {
                    var unused = each.get();
                }
                return true;
            } catch (ExecutionException e) {
                throw new IllegalStateException("a result was not acknowledged", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted before all results were acknowledged", e);
            }
        }

        /** Partitions that went to somebody else are worked on again there: at least once. */
        @Override
        public void written(Batch batch, Consumer<byte[], byte[]> consumer) {
            try {
                consumer.commitSync(batch.positions());
            } catch (CommitFailedException e) {
                Batch.rewind(consumer);
            }
        }

        @Override
        public void close() {
            producer.close();
        }
    }

    /**
     * Results and positions in one transaction. With two producers in turn the next transaction need not wait until the
     * markers of the last are written.
     */
    final class Transactional implements Outlet {
        private final List<KafkaProducer<byte[], byte[]>> producers;
        private int turn;

        Transactional(List<KafkaProducer<byte[], byte[]>> producers) {
            this.producers = producers;
        }

        @Override
        public boolean write(Batch batch) {
            Producer<byte[], byte[]> producer = producers.get(turn);
            turn = (turn + 1) % producers.size();
            producer.beginTransaction();
            try {
                for (var result : batch.results()) {
                    var unused = producer.send(result); // a failed send fails the commit
                }
                producer.sendOffsetsToTransaction(batch.positions(), batch.member());
                commit(producer);
                return true;
            } catch (CommitFailedException e) {
                producer.abortTransaction();
                return false;
            }
        }

        /** A commit that timed out may have happened: asking again settles it. */
        private static void commit(Producer<byte[], byte[]> producer) {
            boolean certain = false;
            while (!certain) {
                try {
                    producer.commitTransaction();
                    certain = true;
                } catch (TimeoutException e) {
                    certain = false;
                }
            }
        }

        @Override
        public void written(Batch batch, Consumer<byte[], byte[]> consumer) {}

        @Override
        public void close() {
            producers.forEach(Producer::close);
        }
    }
}
