package io.weir.peers.flink;

import io.weir.peers.PeerScoring;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Makes steps of records of the transaction log, under their keys. */
final class LogRecords implements KafkaRecordDeserializationSchema<Tuple2<String, byte[]>> {
    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Tuple2<String, byte[]>> out) {
        if (record.key() == null || record.value() == null) {
            return; // no event
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        out.collect(Tuple2.of(key, PeerScoring.fromLog(record.partition(), record.offset(), record.value())));
    }

    @Override
    public TypeInformation<Tuple2<String, byte[]>> getProducedType() {
        return Job.TO_KEY;
    }
}
