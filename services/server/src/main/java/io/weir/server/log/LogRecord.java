package io.weir.server.log;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record as it lies on the log, undecoded.
 *
 * @param timestampMs append time
 * @param key null only in other people's records
 * @param value null in tombstones and in other people's records
 * @param headers names and UTF-8 values; of a repeated name the last
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier on its way through, never compared
public record LogRecord(
        String topic,
        int partition,
        long offset,
        long timestampMs,
        byte @Nullable [] key,
        byte @Nullable [] value,
        Map<String, String> headers) {

    static LogRecord of(ConsumerRecord<byte[], byte[]> record) {
        return new LogRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                headers(record.headers().toArray()));
    }

    private static Map<String, String> headers(Header[] headers) {
        if (headers.length == 0) {
            return Map.of(); // what people send has none
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (Header header : headers) {
            byte[] value = header.value();
            texts.put(header.key(), value == null ? "" : new String(value, StandardCharsets.UTF_8));
        }
        return texts;
    }
}
