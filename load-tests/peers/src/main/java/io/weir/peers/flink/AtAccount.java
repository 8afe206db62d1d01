package io.weir.peers.flink;

import io.weir.core.decide.KeyedAccount;
import io.weir.peers.PeerPolicy;
import io.weir.peers.PeerScoring;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Takes records of the transaction log to their accounts. */
final class AtAccount extends KeyedProcessFunction<String, Tuple2<String, byte[]>, Tuple2<String, byte[]>> {
    private static final long serialVersionUID = 1L;

    private final PeerPolicy policy;
    private transient @Nullable PeerScoring peer;
    private transient @Nullable ValueState<KeyedAccount> accounts;

    AtAccount(PeerPolicy policy) {
        this.policy = policy;
    }

    @Override
    public void open(OpenContext context) {
        peer = new PeerScoring(policy.compiled(), policy.schemas());
        accounts = getRuntimeContext().getState(new ValueStateDescriptor<>("account", new AccountSerializer(policy)));
    }

    @Override
    public void processElement(
            Tuple2<String, byte[]> record, Context context, Collector<Tuple2<String, byte[]>> decisions)
            throws IOException {
        PeerScoring steps = Objects.requireNonNull(peer);
        ValueState<KeyedAccount> state = Objects.requireNonNull(accounts);
        ByteBuffer in = ByteBuffer.wrap(record.f1);
        int partition = in.getInt();
        long offset = in.getLong();
        byte[] value = new byte[in.remaining()];
        in.get(value);
        KeyedAccount known = state.value();
        KeyedAccount account = known == null ? steps.scoring().account(record.f0) : known;
        if (steps.atAccount(value, partition, offset, account, new Collecting(context, decisions))) {
            state.update(account);
        }
    }
}
