package io.weir.peers.streams;

import io.weir.peers.PeerOptions;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Every setting that is not the default, with its reason; README says what each of them did. */
final class Settings {
    private Settings() {}

    static Properties of(PeerOptions options) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, options.applicationId());
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, options.bootstrapServers());
        settings.put(StreamsConfig.STATE_DIR_CONFIG, options.stateDir().toString());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, options.threads());
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, options.commitIntervalMs());
        // How long an idle thread waits for records, and so how late a commit that is due can be.
        settings.put(StreamsConfig.POLL_MS_CONFIG, Math.min(options.commitIntervalMs(), 100));
        settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDb.class);
        // The cache of bytes; ours of objects stands in its place.
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        consumer(options, settings);
        producer(settings);
        return settings;
    }

    private static void consumer(PeerOptions options, Properties settings) {
        consumer(settings, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // A restarted process takes its tasks back at once, without waiting for the session of the one before to end.
        consumer(settings, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, options.applicationId());
        consumer(settings, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
        consumer(settings, ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        consumer(settings, ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 << 20);
        consumer(settings, ConsumerConfig.RECEIVE_BUFFER_CONFIG, -1);
    }

    private static void producer(Properties settings) {
        // A commit flushes. Within a transaction, records gather while the thread works.
        producer(settings, ProducerConfig.LINGER_MS_CONFIG, 5);
        producer(settings, ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
        producer(settings, ProducerConfig.BUFFER_MEMORY_CONFIG, 128L << 20);
        producer(settings, ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        // Waits of a transaction that begins before the markers of the one before are written; 100 ms by default.
        producer(settings, ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 2);
        producer(settings, ProducerConfig.SEND_BUFFER_CONFIG, -1);
        producer(settings, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 8 << 20);
    }

    private static void consumer(Properties settings, String name, Object value) {
        settings.put(StreamsConfig.consumerPrefix(name), value);
    }

    private static void producer(Properties settings, String name, Object value) {
        settings.put(StreamsConfig.producerPrefix(name), value);
    }
}
