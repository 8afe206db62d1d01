package io.weir.server.log;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record as it lies on the log, undecoded.
 *
 * @param timestampMs append time
 * @param key null only in other people's records
 * @param value null only in other people's records
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier on its way through, never compared
public record LogRecord(
        String topic, int partition, long offset, long timestampMs, byte @Nullable [] key, byte @Nullable [] value) {

    static LogRecord of(ConsumerRecord<byte[], byte[]> record) {
        return new LogRecord(
                record.topic(), record.partition(), record.offset(), record.timestamp(), record.key(), record.value());
    }
}
