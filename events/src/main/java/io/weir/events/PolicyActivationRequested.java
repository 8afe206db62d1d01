package io.weir.events;

/** Somebody asks for a policy to be activated, which another person has to do. Fields: see {@code PolicyActivationRequested.avsc}. */
public record PolicyActivationRequested(String policyId, Sha256 policySha256, long receivedAtMs, String requestedBy)
        implements Event {

    public static final EventType<PolicyActivationRequested> TYPE = new Type();

    @Override
    public String key() {
        return policyId;
    }

    @Override
    public EventType<PolicyActivationRequested> type() {
        return TYPE;
    }

    static final class Type extends EventType<PolicyActivationRequested> {
        Type() {
            super(PolicyActivationRequested.class);
        }

        @Override
        void encode(PolicyActivationRequested event, AvroOutput out) {
            out.writeString(event.policyId);
            out.writeFixed(event.policySha256.bytes());
            out.writeLong(event.receivedAtMs);
            out.writeString(event.requestedBy);
        }

        @Override
        PolicyActivationRequested decode(AvroInput in) {
            return new PolicyActivationRequested(
                    in.readName("policyId"),
                    in.readSha256("policySha256"),
                    in.readLong("receivedAtMs"),
                    in.readString("requestedBy"));
        }
    }
}
