package io.weir.server.audit;

import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.Policy;
import io.weir.events.TransactionDecided;
import io.weir.server.audit.Divergence.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Two decisions, field by field. */
final class Differences {
    private final List<Difference> found = new ArrayList<>();

    private Differences() {}

    /**
     * Every field in which they differ, under its name in the schema.
     *
     * @param policy that recomputed it, for the features' names; null if it is not known
     */
    static List<Difference> between(
            TransactionDecided recorded, TransactionDecided recomputed, @Nullable Policy policy) {
        Differences fields = new Differences();
        fields.compare("transactionId", recorded.transactionId(), recomputed.transactionId());
        fields.compare("accountId", recorded.accountId(), recomputed.accountId());
        fields.compare("occurredAtMs", recorded.occurredAtMs(), recomputed.occurredAtMs());
        fields.compare("receivedAtMs", recorded.receivedAtMs(), recomputed.receivedAtMs());
        fields.compare("amountMinor", recorded.amountMinor(), recomputed.amountMinor());
        fields.compare("currency", recorded.currency(), recomputed.currency());
        fields.compare("decision", recorded.decision(), recomputed.decision());
        fields.compare("score", recorded.score(), recomputed.score());
        fields.compare("reasons", recorded.reasons(), recomputed.reasons());
        fields.features(recorded.featureValues(), recomputed.featureValues(), policy);
        fields.compare("policyId", recorded.policyId(), recomputed.policyId());
        fields.compare("policySha256", recorded.policySha256(), recomputed.policySha256());
        fields.compare("sourcePartition", recorded.sourcePartition(), recomputed.sourcePartition());
        fields.compare("sourceOffset", recorded.sourceOffset(), recomputed.sourceOffset());
        fields.compare("submissionHash", recorded.submissionHash(), recomputed.submissionHash());
        fields.compare("model", recorded.model(), recomputed.model());
        fields.compare("shadowRules", recorded.shadowRules(), recomputed.shadowRules());
        return fields.found;
    }

    private void features(double[] recorded, double[] recomputed, @Nullable Policy policy) {
        if (recorded.length != recomputed.length) {
            found.add(new Difference("featureValues", recorded.length + " values", recomputed.length + " values"));
            return;
        }
        List<FeatureDefinition> features = policy == null ? List.of() : policy.features();
        boolean named = features.size() == recorded.length;
        for (int i = 0; i < recorded.length; i++) {
            String name = named ? features.get(i).name() : "featureValues[" + i + "]";
            // By bits: of two zeroes or two NaNs only equal ones are the same bytes.
            if (Double.doubleToRawLongBits(recorded[i]) != Double.doubleToRawLongBits(recomputed[i])) {
                found.add(new Difference(name, String.valueOf(recorded[i]), String.valueOf(recomputed[i])));
            }
        }
    }

    private void compare(String field, @Nullable Object recorded, @Nullable Object recomputed) {
        if (!Objects.equals(recorded, recomputed)) {
            found.add(new Difference(field, String.valueOf(recorded), String.valueOf(recomputed)));
        }
    }
}
