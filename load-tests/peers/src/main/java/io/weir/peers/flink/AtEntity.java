package io.weir.peers.flink;

import io.weir.core.decide.KeyedEntity;
import io.weir.core.policy.Entity;
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

/** Takes steps to entities of one kind. */
final class AtEntity extends KeyedProcessFunction<String, Tuple2<String, byte[]>, Tuple2<String, byte[]>> {
    private static final long serialVersionUID = 1L;

    private final PeerPolicy policy;
    private final Entity kind;
    private transient @Nullable PeerScoring peer;
    private transient @Nullable ValueState<KeyedEntity> entities;

    AtEntity(PeerPolicy policy, Entity kind) {
        this.policy = policy;
        this.kind = kind;
    }

    @Override
    public void open(OpenContext context) {
        peer = new PeerScoring(policy.compiled(), policy.schemas());
        entities =
                getRuntimeContext().getState(new ValueStateDescriptor<>("entity", new EntitySerializer(policy, kind)));
    }

    @Override
    public void processElement(
            Tuple2<String, byte[]> step, Context context, Collector<Tuple2<String, byte[]>> decisions)
            throws IOException {
        PeerScoring steps = Objects.requireNonNull(peer);
        ValueState<KeyedEntity> state = Objects.requireNonNull(entities);
        KeyedEntity known = state.value();
        KeyedEntity entity = known == null ? steps.scoring().entity(kind, step.f0) : known;
        steps.atEntity(entity, step.f1, new Collecting(context, decisions));
        state.update(entity);
    }
}
