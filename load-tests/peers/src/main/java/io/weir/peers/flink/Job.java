package io.weir.peers.flink;

import io.weir.core.decide.KeyedScoring;
import io.weir.core.policy.Entity;
import io.weir.peers.Kept.Accounts;
import io.weir.peers.Kept.Entities;
import io.weir.peers.PeerOptions;
import io.weir.peers.PeerPolicy;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.OutputTag;

/**
 * The job: from the transaction log to the account, from there to each kind of entity that the policy has aggregates over, to
 * the topic of decisions. Everything travels as bytes under the id of whoever is to have it.
 */
final class Job {
    static final TypeInformation<Tuple2<String, byte[]>> TO_KEY =
            Types.TUPLE(Types.STRING, Types.PRIMITIVE_ARRAY(Types.BYTE));

    private Job() {}

    static void define(StreamExecutionEnvironment environment, PeerOptions options, PeerPolicy policy) {
        List<SingleOutputStreamOperator<Tuple2<String, byte[]>>> steps = new ArrayList<>();
        steps.add(environment
                .fromSource(source(options), WatermarkStrategy.noWatermarks(), "transactions", TO_KEY)
                .uid("transactions")
                .keyBy(record -> record.f0, Types.STRING)
                .process(new AtKey<>(policy, new Accounts()), TO_KEY)
                .name("account")
                .uid("account"));
        for (Entity kind : new KeyedScoring(policy.compiled()).kinds()) {
            Entities entities = new Entities(kind);
            steps.add(union(steps.stream()
                            .map(step -> step.getSideOutput(to(kind)))
                            .toList())
                    .keyBy(step -> step.f0, Types.STRING)
                    .process(new AtKey<>(policy, entities), TO_KEY)
                    .name(entities.name())
                    .uid(entities.name()));
        }
        union(steps).sinkTo(sink(options)).name("decisions").uid("decisions");
    }

    /** What goes to entities of a kind. */
    static OutputTag<Tuple2<String, byte[]>> to(Entity kind) {
        return new OutputTag<>(kind.name(), TO_KEY);
    }

    private static DataStream<Tuple2<String, byte[]>> union(
            List<? extends DataStream<Tuple2<String, byte[]>>> streams) {
        DataStream<Tuple2<String, byte[]>> all = streams.getFirst();
        for (DataStream<Tuple2<String, byte[]>> other : streams.subList(1, streams.size())) {
            all = all.union(other);
        }
        return all;
    }

    private static KafkaSource<Tuple2<String, byte[]>> source(PeerOptions options) {
        return KafkaSource.<Tuple2<String, byte[]>>builder()
                .setBootstrapServers(options.bootstrapServers())
                .setTopics(options.transactions())
                .setGroupId(options.applicationId())
                .setClientIdPrefix(options.applicationId())
                .setStartingOffsets(OffsetsInitializer.earliest()) // unless a checkpoint knows better
                .setDeserializer(new LogRecords())
                .setProperty("isolation.level", "read_committed")
                .setProperty("max.poll.records", "2000")
                .setProperty("fetch.min.bytes", "1")
                .setProperty("receive.buffer.bytes", "-1")
                // Positions are in the checkpoints; in the group they serve whoever watches the lag.
                .setProperty("commit.offsets.on.checkpoint", "true")
                .build();
    }

    private static KafkaSink<Tuple2<String, byte[]>> sink(PeerOptions options) {
        return KafkaSink.<Tuple2<String, byte[]>>builder()
                .setBootstrapServers(options.bootstrapServers())
                .setRecordSerializer(new DecisionRecords(options.decisions()))
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(options.applicationId())
                // Few transactional ids, in turn. Otherwise every checkpoint brings new ones, each with a handshake of
                // its own.
                .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
                // The longest that a local broker of Weir admits. What a checkpoint contains is committed after a
                // restart if its
                // transaction is still open then.
                .setProperty("transaction.timeout.ms", "60000")
                .setProperty("linger.ms", "5")
                .setProperty("batch.size", String.valueOf(256 << 10))
                .setProperty("buffer.memory", String.valueOf(64 << 20))
                .setProperty("compression.type", "lz4")
                .setProperty("retry.backoff.ms", "2")
                .setProperty("send.buffer.bytes", "-1")
                .build();
    }
}
