package io.weir.events;

/** A policy document, immutable from here on. Fields: see {@code PolicyPublished.avsc}. */
public record PolicyPublished(
        String policyId, Sha256 policySha256, String document, long receivedAtMs, String publishedBy) implements Event {

    public static final EventType<PolicyPublished> TYPE = new Type();

    @Override
    public String key() {
        return policyId;
    }

    @Override
    public EventType<PolicyPublished> type() {
        return TYPE;
    }

    static final class Type extends EventType<PolicyPublished> {
        Type() {
            super(PolicyPublished.class);
        }

        @Override
        void encode(PolicyPublished event, AvroOutput out) {
            out.writeString(event.policyId);
            out.writeFixed(event.policySha256.bytes());
            out.writeString(event.document);
            out.writeLong(event.receivedAtMs);
            out.writeString(event.publishedBy);
        }

        @Override
        PolicyPublished decode(AvroInput in) {
            return new PolicyPublished(
                    in.readName("policyId"),
                    in.readSha256("policySha256"),
                    in.readString("document"),
                    in.readLong("receivedAtMs"),
                    in.readString("publishedBy"));
        }
    }
}
