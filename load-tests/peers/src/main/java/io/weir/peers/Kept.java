package io.weir.peers;

import io.weir.core.decide.KeyedAccount;
import io.weir.core.decide.KeyedEntity;
import io.weir.core.decide.KeyedScoring;
import io.weir.core.policy.Entity;
import java.io.Serializable;
import java.util.Locale;

/**
 * What is kept by key: accounts, or entities of one kind. What both frameworks ask of either is here, so that each has one
 * store and one step for both.
 *
 * @param <V> what is kept of one
 */
public sealed interface Kept<V> extends Serializable {
    /** A word for stores and steps. */
    String name();

    /** One of which nothing is known yet. */
    V begin(KeyedScoring scoring, String id);

    String idOf(V kept);

    byte[] write(KeyedScoring scoring, V kept);

    V read(KeyedScoring scoring, String id, byte[] state);

    /**
     * A step comes to its key.
     *
     * @return whether what is kept has changed
     */
    boolean take(PeerScoring peer, V kept, byte[] step, PeerScoring.Output out);

    /** Accounts. */
    record Accounts() implements Kept<KeyedAccount> {
        private static final long serialVersionUID = 1L;

        @Override
        public String name() {
            return "account";
        }

        @Override
        public KeyedAccount begin(KeyedScoring scoring, String id) {
            return scoring.account(id);
        }

        @Override
        public String idOf(KeyedAccount account) {
            return account.id();
        }

        @Override
        public byte[] write(KeyedScoring scoring, KeyedAccount account) {
            return scoring.write(account);
        }

        @Override
        public KeyedAccount read(KeyedScoring scoring, String id, byte[] state) {
            return scoring.readAccount(id, state);
        }

        @Override
        public boolean take(PeerScoring peer, KeyedAccount account, byte[] step, PeerScoring.Output out) {
            return peer.atAccount(account, step, out);
        }
    }

    /** Entities of one kind. */
    record Entities(Entity kind) implements Kept<KeyedEntity> {
        private static final long serialVersionUID = 1L;

        @Override
        public String name() {
            return kind.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public KeyedEntity begin(KeyedScoring scoring, String id) {
            return scoring.entity(kind, id);
        }

        @Override
        public String idOf(KeyedEntity entity) {
            return entity.id();
        }

        @Override
        public byte[] write(KeyedScoring scoring, KeyedEntity entity) {
            return scoring.write(entity);
        }

        @Override
        public KeyedEntity read(KeyedScoring scoring, String id, byte[] state) {
            return scoring.readEntity(kind, id, state);
        }

        @Override
        public boolean take(PeerScoring peer, KeyedEntity entity, byte[] step, PeerScoring.Output out) {
            peer.atEntity(entity, step, out);
            return true;
        }
    }
}
