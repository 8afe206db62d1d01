package io.weir.peers.flink;

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
 * What a checkpoint says of the serializer that wrote it: the policy, which decides what is kept. A peer that is started with
 * another policy cannot go on from there.
 *
 * @param <V> what is kept
 */
abstract class SerializerSnapshot<V> implements TypeSerializerSnapshot<V> {
    private static final int VERSION = 1;

    private @Nullable WindowsSerializer<V> of;

    /** One that is read. */
    SerializerSnapshot() {}

    SerializerSnapshot(WindowsSerializer<V> of) {
        this.of = of;
    }

    abstract WindowsSerializer<V> serializer(PeerPolicy policy, String kind);

    @Override
    public int getCurrentVersion() {
        return VERSION;
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
        WindowsSerializer<V> written = known();
        byte[] policy = InstantiationUtil.serializeObject(written.policy());
        out.writeUTF(written.kind());
        out.writeInt(policy.length);
        out.write(policy);
    }

    @Override
    public void readSnapshot(int version, DataInputView in, ClassLoader classes) throws IOException {
        String kind = in.readUTF();
        byte[] policy = new byte[in.readInt()];
        in.readFully(policy);
        try {
            of = serializer(InstantiationUtil.deserializeObject(policy, classes), kind);
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
        return before instanceof SerializerSnapshot<V> same && same.known().equals(known())
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
