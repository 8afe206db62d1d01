package io.weir.peers.flink;

import io.weir.core.policy.Entity;
import io.weir.peers.PeerScoring;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Sends downstream, under the key of whoever is to have it. */
record Collecting(
        KeyedProcessFunction<String, Tuple2<String, byte[]>, Tuple2<String, byte[]>>.Context context,
        Collector<Tuple2<String, byte[]>> decisions)
        implements PeerScoring.Output {

    @Override
    public void toEntity(Entity kind, String id, byte[] step) {
        context.output(Job.to(kind), Tuple2.of(id, step));
    }

    @Override
    public void decided(String accountId, byte[] decision) {
        decisions.collect(Tuple2.of(accountId, decision));
    }
}
