package io.weir.events;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A decision that someone must look at: every REVIEW and DECLINE. Fields: see {@code FraudAlertRaised.avsc}. */
public record FraudAlertRaised(
        String transactionId,
        String accountId,
        long occurredAtMs,
        long receivedAtMs,
        long amountMinor,
        String currency,
        @Nullable String terminalId,
        @Nullable String merchantId,
        Decision decision,
        double score,
        List<Reason> reasons,
        List<Feature> features,
        String policyId,
        Sha256 policySha256,
        int sourcePartition,
        long sourceOffset,
        @Nullable ModelScore model,
        List<Feature> contributions)
        implements Event {

    public static final EventType<FraudAlertRaised> TYPE = new Type();

    private static final Decision[] DECISIONS = Decision.values();

    /** One of a policy without a model. */
    public FraudAlertRaised(
            String transactionId,
            String accountId,
            long occurredAtMs,
            long receivedAtMs,
            long amountMinor,
            String currency,
            @Nullable String terminalId,
            @Nullable String merchantId,
            Decision decision,
            double score,
            List<Reason> reasons,
            List<Feature> features,
            String policyId,
            Sha256 policySha256,
            int sourcePartition,
            long sourceOffset) {
        this(
                transactionId,
                accountId,
                occurredAtMs,
                receivedAtMs,
                amountMinor,
                currency,
                terminalId,
                merchantId,
                decision,
                score,
                reasons,
                features,
                policyId,
                policySha256,
                sourcePartition,
                sourceOffset,
                null,
                List.of());
    }

    @Override
    public String key() {
        return accountId;
    }

    @Override
    public EventType<FraudAlertRaised> type() {
        return TYPE;
    }

    static final class Type extends EventType<FraudAlertRaised> {
        Type() {
            super(FraudAlertRaised.class);
        }

        @Override
        void encode(FraudAlertRaised event, AvroOutput out) {
            out.writeString(event.transactionId);
            out.writeString(event.accountId);
            out.writeLong(event.occurredAtMs);
            out.writeLong(event.receivedAtMs);
            out.writeLong(event.amountMinor);
            out.writeString(event.currency);
            out.writeOptionalString(event.terminalId);
            out.writeOptionalString(event.merchantId);
            out.writeEnum(event.decision);
            out.writeDouble(event.score);
            Reason.encode(event.reasons, out);
            Feature.encode(event.features, out);
            out.writeString(event.policyId);
            out.writeFixed(event.policySha256.bytes());
            out.writeInt(event.sourcePartition);
            out.writeLong(event.sourceOffset);
            ModelScore.encode(event.model, out);
            Feature.encode(event.contributions, out);
        }

        @Override
        FraudAlertRaised decode(AvroInput in) {
            return new FraudAlertRaised(
                    in.readString("transactionId"),
                    in.readString("accountId"),
                    in.readLong("occurredAtMs"),
                    in.readLong("receivedAtMs"),
                    in.readLong("amountMinor"),
                    in.readName("currency"),
                    in.readOptionalString("terminalId"),
                    in.readOptionalString("merchantId"),
                    in.readEnum("decision", DECISIONS),
                    in.readDouble("score"),
                    Reason.decode(in),
                    Feature.decode(in),
                    in.readName("policyId"),
                    in.readSha256("policySha256"),
                    in.readInt("sourcePartition"),
                    in.readLong("sourceOffset"),
                    ModelScore.decode(in),
                    Feature.decode(in));
        }
    }
}
