package io.weir.peers.flink;

import io.weir.core.decide.KeyedAccount;
import io.weir.peers.PeerPolicy;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/** Accounts. */
public final class AccountSerializer extends WindowsSerializer<KeyedAccount> {
    private static final long serialVersionUID = 1L;

    AccountSerializer(PeerPolicy policy) {
        super(policy);
    }

    @Override
    String id(KeyedAccount account) {
        return account.id();
    }

    @Override
    byte[] write(KeyedAccount account) {
        return scoring().write(account);
    }

    @Override
    KeyedAccount read(String id, byte[] state) {
        return scoring().readAccount(id, state);
    }

    @Override
    public TypeSerializer<KeyedAccount> duplicate() {
        return new AccountSerializer(policy());
    }

    @Override
    public TypeSerializerSnapshot<KeyedAccount> snapshotConfiguration() {
        return new Snapshot(this);
    }

    /** Says in a checkpoint what wrote it. */
    public static final class Snapshot extends SerializerSnapshot<KeyedAccount> {
        public Snapshot() {}

        Snapshot(AccountSerializer of) {
            super(of);
        }

        @Override
        WindowsSerializer<KeyedAccount> serializer(PeerPolicy policy, String kind) {
            return new AccountSerializer(policy);
        }
    }
}
