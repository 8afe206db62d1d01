package io.weir.events;

/**
 * A submission that repeats a transaction id of its account: not decided again. Fields: see
 * {@code DuplicateDetected.avsc}.
 */
public record DuplicateDetected(
        String transactionId,
        String accountId,
        long receivedAtMs,
        boolean conflicting,
        int sourcePartition,
        long sourceOffset,
        long originalOffset)
        implements Event {

    public static final EventType<DuplicateDetected> TYPE = new Type();

    @Override
    public String key() {
        return accountId;
    }

    @Override
    public EventType<DuplicateDetected> type() {
        return TYPE;
    }

    static final class Type extends EventType<DuplicateDetected> {
        Type() {
            super(DuplicateDetected.class);
        }

        @Override
        void encode(DuplicateDetected event, AvroOutput out) {
            out.writeString(event.transactionId);
            out.writeString(event.accountId);
            out.writeLong(event.receivedAtMs);
            out.writeBoolean(event.conflicting);
            out.writeInt(event.sourcePartition);
            out.writeLong(event.sourceOffset);
            out.writeLong(event.originalOffset);
        }

        @Override
        DuplicateDetected decode(AvroInput in) {
            return new DuplicateDetected(
                    in.readString("transactionId"),
                    in.readString("accountId"),
                    in.readLong("receivedAtMs"),
                    in.readBoolean("conflicting"),
                    in.readInt("sourcePartition"),
                    in.readLong("sourceOffset"),
                    in.readLong("originalOffset"));
        }
    }
}
