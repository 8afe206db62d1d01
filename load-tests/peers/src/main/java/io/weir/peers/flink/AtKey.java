package io.weir.peers.flink;

import io.weir.peers.Kept;
import io.weir.peers.PeerPolicy;
import io.weir.peers.PeerScoring;
import java.io.IOException;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Takes steps to what is kept by their key. */
final class AtKey<V> extends KeyedProcessFunction<String, Tuple2<String, byte[]>, Tuple2<String, byte[]>> {
    private static final long serialVersionUID = 1L;

    private final PeerPolicy policy;
    private final Kept<V> kept;
    private transient @Nullable PeerScoring peer;
    private transient @Nullable ValueState<V> state;

    AtKey(PeerPolicy policy, Kept<V> kept) {
        this.policy = policy;
        this.kept = kept;
    }

    @Override
    public void open(OpenContext context) {
        peer = new PeerScoring(policy.compiled(), policy.schemas());
        state = getRuntimeContext()
                .getState(new ValueStateDescriptor<>(kept.name(), new WindowsSerializer<>(policy, kept)));
    }

    @Override
    public void processElement(
            Tuple2<String, byte[]> step, Context context, Collector<Tuple2<String, byte[]>> decisions)
            throws IOException {
        PeerScoring steps = Objects.requireNonNull(peer);
        ValueState<V> objects = Objects.requireNonNull(state);
        V known = objects.value();
        V object = known == null ? kept.begin(steps.scoring(), step.f0) : known;
        if (kept.take(steps, object, step.f1, new Collecting(context, decisions))) {
            objects.update(object);
        }
    }
}
