package io.weir.peers.flink;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records of the transaction log under their keys: partition and offset (12 bytes), then the value. */
final class LogRecords implements KafkaRecordDeserializationSchema<Tuple2<String, byte[]>> {
    private static final long serialVersionUID = 1L;
    static final int POSITION_BYTES = Integer.BYTES + Long.BYTES;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Tuple2<String, byte[]>> out) {
        if (record.key() == null || record.value() == null) {
            return; // no event
        }
        byte[] placed = ByteBuffer.allocate(POSITION_BYTES + record.value().length)
                .putInt(record.partition())
                .putLong(record.offset())
                .put(record.value())
                .array();
        out.collect(Tuple2.of(new String(record.key(), StandardCharsets.UTF_8), placed));
    }

    @Override
    public TypeInformation<Tuple2<String, byte[]>> getProducedType() {
        return Job.TO_KEY;
    }
}
