package io.weir.peers.streams;

import io.weir.peers.PeerScoring;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Makes steps of records of the transaction log. */
final class FromLog implements FixedKeyProcessor<String, byte[], byte[]> {
    private @Nullable FixedKeyProcessorContext<String, byte[]> context;

    @Override
    public void init(FixedKeyProcessorContext<String, byte[]> newContext) {
        context = newContext;
    }

    @Override
    public void process(FixedKeyRecord<String, byte[]> record) {
        if (record.key() == null || record.value() == null) {
            return; // no event
        }
        FixedKeyProcessorContext<String, byte[]> out = Objects.requireNonNull(context);
        RecordMetadata where = out.recordMetadata().orElseThrow();
        out.forward(record.withValue(PeerScoring.fromLog(where.partition(), where.offset(), record.value())));
    }
}
