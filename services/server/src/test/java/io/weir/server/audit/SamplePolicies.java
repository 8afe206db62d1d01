package io.weir.server.audit;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.Label;
import io.weir.core.policy.Measure;
import io.weir.core.policy.Policy;
import io.weir.core.policy.Rule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Policies whose decisions depend on what other partitions folded. The document is the threshold. */
final class SamplePolicies {
    private SamplePolicies() {}

    static Policy compile(String document) {
        double declineAt = Double.parseDouble(document);
        Aggregated spent =
                new Aggregated("spent", new Aggregate(Entity.ACCOUNT, Function.SUM, null, 86_400_000, 60_000));
        Measure excess = new Measure(
                "amount above what was spent",
                (transaction, values) -> transaction.amountMinor() > values[4],
                (transaction, values) -> transaction.amountMinor() / (1 + values[4]),
                Map.of(4, spent));
        List<FeatureDefinition> features = List.of(
                new Aggregated("count", new Aggregate(Entity.ACCOUNT, Function.COUNT, null, 3_600_000, 0)),
                new Aggregated("terminal_sum", new Aggregate(Entity.TERMINAL, Function.SUM, null, 86_400_000, 0)),
                new Aggregated(
                        "terminal_frauds",
                        new Aggregate(Entity.TERMINAL, Function.FRAUD_COUNT, null, 86_400_000, 60_000)),
                new Aggregated("merchant_count", new Aggregate(Entity.MERCHANT, Function.COUNT, null, 7_200_000, 0)),
                spent,
                new Aggregated(
                        "terminal_excess",
                        new Aggregate(Entity.TERMINAL, Function.SUM, null, 86_400_000, 0, excess, null)),
                new Aggregated(
                        "known_excess",
                        new Aggregate(Entity.MERCHANT, Function.SUM, null, 86_400_000, 0, excess, Label.KNOWN)),
                new Aggregated(
                        "genuine",
                        new Aggregate(Entity.TERMINAL, Function.COUNT, null, 86_400_000, 0, null, Label.GENUINE)),
                new Aggregated(
                        "accounts_at_terminal",
                        new Aggregate(Entity.TERMINAL, Function.DISTINCT, Entity.ACCOUNT, 86_400_000, 60_000)));
        List<Rule> rules = List.of(
                new Rule("LARGE", (transaction, values) -> transaction.amountMinor() > 80_000, 60, "large"),
                new Rule("BUSY", (transaction, values) -> values[1] > 500_000, 20, "busy terminal"),
                new Rule("EXCESS", (transaction, values) -> values[5] > 3, 10, "excess at the terminal"),
                new Rule("GENUINE", (transaction, values) -> values[7] > 1, -10, "a good terminal"),
                new Rule("FRAUD", (transaction, values) -> values[2] >= 1, 25, "fraud at the terminal"));
        return new Policy("sample", SimulatedEngines.sha256(document), features, rules, 40, declineAt);
    }

    static Map<String, Policy> of(String... documents) {
        Map<String, Policy> policies = new LinkedHashMap<>();
        for (String document : documents) {
            policies.put(document, compile(document));
        }
        return policies;
    }
}
