package io.weir.peers.streams;

import io.weir.core.decide.KeyedScoring;
import io.weir.core.policy.Entity;
import io.weir.core.policy.Policy;
import io.weir.events.SchemaIds;
import io.weir.peers.Kept.Accounts;
import io.weir.peers.Kept.Entities;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.jspecify.annotations.Nullable;

/**
 * The topology: from the transaction log to the account, from there through a repartition topic for each kind of entity that
 * the policy has aggregates over, to the topic of decisions. A sub-topology for each kind of key, with a store of its own.
 */
final class Decisions {
    private Decisions() {}

    /**
     * Something on its way.
     *
     * @param to the kind of entity that it goes to; null for the topic of decisions
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Routed(@Nullable Entity to, byte[] bytes) {}

    /**
     * The topology for a policy.
     *
     * @param partitions of the repartition topics
     */
    static Topology topology(Policy policy, SchemaIds schemas, String transactions, String decisions, int partitions) {
        StreamsBuilder builder = new StreamsBuilder();
        List<KStream<String, Routed>> routed = new ArrayList<>();
        routed.add(builder.stream(transactions, Consumed.with(Serdes.String(), Serdes.ByteArray()))
                .processValues(FromLog::new)
                .process(new AtKey.Supplier<>(policy, schemas, new Accounts()), Named.as("account")));
        for (Entity kind : new KeyedScoring(policy).kinds()) {
            Entities entities = new Entities(kind);
            KStream<String, byte[]> arriving = null;
            for (int i = 0; i < routed.size(); i++) {
                KStream<String, byte[]> sent = routed.get(i)
                        .filter((key, step) -> step.to == kind)
                        .mapValues(step -> step.bytes)
                        .repartition(Repartitioned.with(Serdes.String(), Serdes.ByteArray())
                                .withName(entities.name() + "-" + i)
                                .withNumberOfPartitions(partitions));
                arriving = arriving == null ? sent : arriving.merge(sent);
            }
            if (arriving != null) {
                routed.add(
                        arriving.process(new AtKey.Supplier<>(policy, schemas, entities), Named.as(entities.name())));
            }
        }
        for (KStream<String, Routed> from : routed) {
            from.filter((key, step) -> step.to == null)
                    .mapValues(step -> step.bytes)
                    .to(decisions, Produced.with(Serdes.String(), Serdes.ByteArray()));
        }
        return builder.build();
    }
}
