package io.weir.events;

/** A policy decides in shadow, or ends to. Fields: see {@code PolicyShadowed.avsc}. */
public record PolicyShadowed(String policyId, Sha256 policySha256, boolean shadow, long receivedAtMs, String changedBy)
        implements Event {

    public static final EventType<PolicyShadowed> TYPE = new Type();

    @Override
    public String key() {
        return policyId;
    }

    @Override
    public EventType<PolicyShadowed> type() {
        return TYPE;
    }

    static final class Type extends EventType<PolicyShadowed> {
        Type() {
            super(PolicyShadowed.class);
        }

        @Override
        void encode(PolicyShadowed event, AvroOutput out) {
            out.writeString(event.policyId);
            out.writeFixed(event.policySha256.bytes());
            out.writeBoolean(event.shadow);
            out.writeLong(event.receivedAtMs);
            out.writeString(event.changedBy);
        }

        @Override
        PolicyShadowed decode(AvroInput in) {
            return new PolicyShadowed(
                    in.readName("policyId"),
                    in.readSha256("policySha256"),
                    in.readBoolean("shadow"),
                    in.readLong("receivedAtMs"),
                    in.readString("changedBy"));
        }
    }
}
