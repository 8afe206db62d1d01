package io.weir.events;

/** A rule goes into shadow or comes back. Fields: see {@code RuleShadowed.avsc}. */
public record RuleShadowed(
        String policyId,
        Sha256 policySha256,
        String ruleCode,
        boolean shadow,
        String reason,
        long receivedAtMs,
        String changedBy)
        implements Event {

    public static final EventType<RuleShadowed> TYPE = new Type();

    @Override
    public String key() {
        return policyId;
    }

    @Override
    public EventType<RuleShadowed> type() {
        return TYPE;
    }

    static final class Type extends EventType<RuleShadowed> {
        Type() {
            super(RuleShadowed.class);
        }

        @Override
        void encode(RuleShadowed event, AvroOutput out) {
            out.writeString(event.policyId);
            out.writeFixed(event.policySha256.bytes());
            out.writeString(event.ruleCode);
            out.writeBoolean(event.shadow);
            out.writeString(event.reason);
            out.writeLong(event.receivedAtMs);
            out.writeString(event.changedBy);
        }

        @Override
        RuleShadowed decode(AvroInput in) {
            return new RuleShadowed(
                    in.readName("policyId"),
                    in.readSha256("policySha256"),
                    in.readString("ruleCode"),
                    in.readBoolean("shadow"),
                    in.readString("reason"),
                    in.readLong("receivedAtMs"),
                    in.readString("changedBy"));
        }
    }
}
