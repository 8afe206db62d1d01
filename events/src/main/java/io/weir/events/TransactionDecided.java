package io.weir.events;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one decision on a transaction, with why. Fields, units and ranges: see {@code TransactionDecided.avsc}.
 *
 * <p>The array of feature values is not copied: whoever makes or reads an event leaves it as it is.
 */
@SuppressWarnings("ArrayRecordComponent") // a primitive array, compared by content below; a copy a decision would cost
public record TransactionDecided(
        String transactionId,
        String accountId,
        long occurredAtMs,
        long receivedAtMs,
        long amountMinor,
        String currency,
        Decision decision,
        double score,
        List<Reason> reasons,
        double[] featureValues,
        String policyId,
        Sha256 policySha256,
        int sourcePartition,
        long sourceOffset,
        long submissionHash,
        @Nullable ModelScore model,
        List<String> shadowRules)
        implements Event {

    public static final EventType<TransactionDecided> TYPE = new Type();

    private static final Decision[] DECISIONS = Decision.values();

    /** One without a model and without rules in shadow. */
    public TransactionDecided(
            String transactionId,
            String accountId,
            long occurredAtMs,
            long receivedAtMs,
            long amountMinor,
            String currency,
            Decision decision,
            double score,
            List<Reason> reasons,
            double[] featureValues,
            String policyId,
            Sha256 policySha256,
            int sourcePartition,
            long sourceOffset,
            long submissionHash) {
        this(
                transactionId,
                accountId,
                occurredAtMs,
                receivedAtMs,
                amountMinor,
                currency,
                decision,
                score,
                reasons,
                featureValues,
                policyId,
                policySha256,
                sourcePartition,
                sourceOffset,
                submissionHash,
                null,
                List.of());
    }

    @Override
    public String key() {
        return accountId;
    }

    @Override
    public EventType<TransactionDecided> type() {
        return TYPE;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TransactionDecided that
                && transactionId.equals(that.transactionId)
                && accountId.equals(that.accountId)
                && occurredAtMs == that.occurredAtMs
                && receivedAtMs == that.receivedAtMs
                && amountMinor == that.amountMinor
                && currency.equals(that.currency)
                && decision == that.decision
                && Double.compare(score, that.score) == 0
                && reasons.equals(that.reasons)
                && Arrays.equals(featureValues, that.featureValues)
                && policyId.equals(that.policyId)
                && policySha256.equals(that.policySha256)
                && sourcePartition == that.sourcePartition
                && sourceOffset == that.sourceOffset
                && submissionHash == that.submissionHash
                && Objects.equals(model, that.model)
                && shadowRules.equals(that.shadowRules);
    }

    @Override
    public int hashCode() {
        return Objects.hash(transactionId, accountId, sourcePartition, sourceOffset);
    }

    @Override
    public String toString() {
        return "TransactionDecided[" + transactionId + " of " + accountId + ": " + decision + ", score " + score + ", "
                + reasons + ", features " + Arrays.toString(featureValues) + ", " + model + ", in shadow " + shadowRules
                + ", policy " + policyId + " at "
                + sourcePartition + "/" + sourceOffset + "]";
    }

    static final class Type extends EventType<TransactionDecided> {
        Type() {
            super(TransactionDecided.class);
        }

        @Override
        void encode(TransactionDecided event, AvroOutput out) {
            out.writeString(event.transactionId);
            out.writeString(event.accountId);
            out.writeLong(event.occurredAtMs);
            out.writeLong(event.receivedAtMs);
            out.writeLong(event.amountMinor);
            out.writeString(event.currency);
            out.writeEnum(event.decision);
            out.writeDouble(event.score);
            Reason.encode(event.reasons, out);
            out.writeDoubles(event.featureValues);
            out.writeString(event.policyId);
            out.writeFixed(event.policySha256.bytes());
            out.writeInt(event.sourcePartition);
            out.writeLong(event.sourceOffset);
            out.writeLong(event.submissionHash);
            ModelScore.encode(event.model, out);
            out.writeStrings(event.shadowRules);
        }

        @Override
        TransactionDecided decode(AvroInput in) {
            return new TransactionDecided(
                    in.readString("transactionId"),
                    in.readString("accountId"),
                    in.readLong("occurredAtMs"),
                    in.readLong("receivedAtMs"),
                    in.readLong("amountMinor"),
                    in.readName("currency"),
                    in.readEnum("decision", DECISIONS),
                    in.readDouble("score"),
                    Reason.decode(in),
                    in.readDoubles("featureValues"),
                    in.readName("policyId"),
                    in.readSha256("policySha256"),
                    in.readInt("sourcePartition"),
                    in.readLong("sourceOffset"),
                    in.readLong("submissionHash"),
                    ModelScore.decode(in),
                    in.readStrings("shadowRules"));
        }
    }
}
