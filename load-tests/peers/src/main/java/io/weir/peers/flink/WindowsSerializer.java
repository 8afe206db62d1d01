package io.weir.peers.flink;

import io.weir.core.decide.KeyedScoring;
import io.weir.peers.PeerPolicy;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * What is kept by key, as its id and the bytes of a snapshot. Flink gives each thread a duplicate, so that a checkpoint is
 * written beside the work that goes on; what goes on changes a copy of what is still to be written.
 *
 * @param <V> what is kept
 */
abstract class WindowsSerializer<V> extends TypeSerializer<V> {
    private static final long serialVersionUID = 1L;

    private final PeerPolicy policy;
    private transient @Nullable KeyedScoring scoring;

    WindowsSerializer(PeerPolicy policy) {
        this.policy = policy;
    }

    final PeerPolicy policy() {
        return policy;
    }

    final KeyedScoring scoring() {
        if (scoring == null) {
            scoring = new KeyedScoring(policy.compiled());
        }
        return scoring;
    }

    /** The kind of entity that it is for. */
    String kind() {
        return "ACCOUNT";
    }

    abstract String id(V windows);

    abstract byte[] write(V windows);

    abstract V read(String id, byte[] state);

    @Override
    public V copy(V from) {
        return read(id(from), write(from));
    }

    @Override
    public V copy(V from, V reuse) {
        return copy(from);
    }

    @Override
    public void serialize(V windows, DataOutputView out) throws IOException {
        byte[] state = write(windows);
        out.writeUTF(id(windows));
        out.writeInt(state.length);
        out.write(state);
    }

    @Override
    public V deserialize(DataInputView in) throws IOException {
        String id = in.readUTF();
        byte[] state = new byte[in.readInt()];
        in.readFully(state);
        return read(id, state);
    }

    @Override
    public V deserialize(V reuse, DataInputView in) throws IOException {
        return deserialize(in);
    }

    @Override
    public void copy(DataInputView in, DataOutputView out) throws IOException {
        out.writeUTF(in.readUTF());
        int length = in.readInt();
        out.writeInt(length);
        out.write(in, length);
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public @Nullable V createInstance() {
        return null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WindowsSerializer<?> that
                && that.kind().equals(kind())
                && that.policy.document().equals(policy.document());
    }

    @Override
    public int hashCode() {
        return policy.document().hashCode();
    }
}
