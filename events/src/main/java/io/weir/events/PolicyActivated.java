package io.weir.events;

/** From this position on, the named policy decides. Fields: see {@code PolicyActivated.avsc}. */
public record PolicyActivated(String policyId, Sha256 policySha256, long receivedAtMs, String activatedBy)
        implements Event {

    public static final EventType<PolicyActivated> TYPE = new Type();

    @Override
    public String key() {
        return policyId;
    }

    @Override
    public EventType<PolicyActivated> type() {
        return TYPE;
    }

    static final class Type extends EventType<PolicyActivated> {
        Type() {
            super(PolicyActivated.class);
        }

        @Override
        void encode(PolicyActivated event, AvroOutput out) {
            out.writeString(event.policyId);
            out.writeFixed(event.policySha256.bytes());
            out.writeLong(event.receivedAtMs);
            out.writeString(event.activatedBy);
        }

        @Override
        PolicyActivated decode(AvroInput in) {
            return new PolicyActivated(
                    in.readName("policyId"),
                    in.readSha256("policySha256"),
                    in.readLong("receivedAtMs"),
                    in.readString("activatedBy"));
        }
    }
}
