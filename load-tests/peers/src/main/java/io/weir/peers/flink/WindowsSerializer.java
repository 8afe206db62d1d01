package io.weir.peers.flink;

import io.weir.core.decide.KeyedScoring;
import io.weir.peers.Kept;
import io.weir.peers.PeerPolicy;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.util.InstantiationUtil;
import org.jspecify.annotations.Nullable;

/**
 * What is kept by key, as its id and the bytes of a snapshot. Flink gives each thread a duplicate, so that a checkpoint is
 * written beside the work that goes on; what goes on changes a copy of what is still to be written.
 *
 * @param <V> what is kept
 */
final class WindowsSerializer<V> extends TypeSerializer<V> {
    private static final long serialVersionUID = 1L;

    private final PeerPolicy policy;
    private final Kept<V> kept;
    private transient @Nullable KeyedScoring scoring;

    WindowsSerializer(PeerPolicy policy, Kept<V> kept) {
        this.policy = policy;
        this.kept = kept;
    }

    private KeyedScoring scoring() {
        if (scoring == null) {
            scoring = new KeyedScoring(policy.compiled());
        }
        return scoring;
    }

    @Override
    public V copy(V from) {
        return kept.read(scoring(), kept.idOf(from), kept.write(scoring(), from));
    }

    @Override
    public V copy(V from, V reuse) {
        return copy(from);
    }

    @Override
    public void serialize(V windows, DataOutputView out) throws IOException {
        byte[] state = kept.write(scoring(), windows);
        out.writeUTF(kept.idOf(windows));
        out.writeInt(state.length);
        out.write(state);
    }

    @Override
    public V deserialize(DataInputView in) throws IOException {
        String id = in.readUTF();
        byte[] state = new byte[in.readInt()];
        in.readFully(state);
        return kept.read(scoring(), id, state);
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
    public TypeSerializer<V> duplicate() {
        return new WindowsSerializer<>(policy, kept);
    }

    @Override
    public TypeSerializerSnapshot<V> snapshotConfiguration() {
        return new Snapshot<>(this);
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
                && that.kept.equals(kept)
                && that.policy.document().equals(policy.document());
    }

    @Override
    public int hashCode() {
        return policy.document().hashCode();
    }

    /**
     * What a checkpoint says of the serializer that wrote it: the policy, which decides what is kept, and whose windows they
     * are. A peer that is started with another policy cannot go on from there.
     */
    public static final class Snapshot<V> implements TypeSerializerSnapshot<V> {
        private static final int VERSION = 1;

        private @Nullable WindowsSerializer<V> of;

        /** One that is read. */
        public Snapshot() {}

        Snapshot(WindowsSerializer<V> of) {
            this.of = of;
        }

        @Override
        public int getCurrentVersion() {
            return VERSION;
        }

        @Override
        public void writeSnapshot(DataOutputView out) throws IOException {
            byte[] serializer = InstantiationUtil.serializeObject(known());
            out.writeInt(serializer.length);
            out.write(serializer);
        }

        @Override
        public void readSnapshot(int version, DataInputView in, ClassLoader classes) throws IOException {
            byte[] serializer = new byte[in.readInt()];
            in.readFully(serializer);
            try {
                of = InstantiationUtil.deserializeObject(serializer, classes);
            } catch (ClassNotFoundException e) {
                throw new IOException(e);
            }
        }

        @Override
        public TypeSerializer<V> restoreSerializer() {
            return known();
        }

        @Override
        public TypeSerializerSchemaCompatibility<V> resolveSchemaCompatibility(TypeSerializerSnapshot<V> before) {
            return before instanceof Snapshot<V> same && same.known().equals(known())
                    ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                    : TypeSerializerSchemaCompatibility.incompatible();
        }

        private WindowsSerializer<V> known() {
            if (of == null) {
                throw new IllegalStateException("nothing was read yet");
            }
            return of;
        }
    }
}
