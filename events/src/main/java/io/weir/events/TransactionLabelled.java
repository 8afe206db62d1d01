package io.weir.events;

import org.jspecify.annotations.Nullable;

/**
 * Later knowledge that a transaction was fraud or genuine; the last label of a transaction counts. Fields: see
 * {@code TransactionLabelled.avsc}.
 */
public record TransactionLabelled(
        String transactionId,
        String accountId,
        long occurredAtMs,
        long receivedAtMs,
        boolean fraud,
        @Nullable String source)
        implements Event {

    public static final EventType<TransactionLabelled> TYPE = new Type();

    @Override
    public String key() {
        return accountId;
    }

    @Override
    public EventType<TransactionLabelled> type() {
        return TYPE;
    }

    static final class Type extends EventType<TransactionLabelled> {
        Type() {
            super(TransactionLabelled.class);
        }

        @Override
        void encode(TransactionLabelled event, AvroOutput out) {
            out.writeString(event.transactionId);
            out.writeString(event.accountId);
            out.writeLong(event.occurredAtMs);
            out.writeLong(event.receivedAtMs);
            out.writeBoolean(event.fraud);
            out.writeOptionalString(event.source);
        }

        @Override
        TransactionLabelled decode(AvroInput in) {
            return new TransactionLabelled(
                    in.readString("transactionId"),
                    in.readString("accountId"),
                    in.readLong("occurredAtMs"),
                    in.readLong("receivedAtMs"),
                    in.readBoolean("fraud"),
                    in.readOptionalString("source"));
        }
    }
}
