package io.weir.load.scale;

import io.weir.core.policy.Policy;
import io.weir.events.Sha256;
import io.weir.server.model.ModelException;
import io.weir.server.model.XgboostModel;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;

/** Policies of any size, the same for the same seed. */
final class Generated {
    private static final String FEATURES = """
            id: generated
            features:
              - {name: amount, expression: double(transaction.amountMinor) / 100.0}
              - {name: payments, aggregate: {entity: account, function: count, window: 30d}}
              - {name: mean, aggregate: {entity: account, function: mean, window: 30d}}
              - {name: at_terminal, aggregate: {entity: terminal, function: count, window: 7d}}
            thresholds: {review: 30, decline: 70}
            """;
    private static final int FEATURE_COUNT = 4;
    private static final int DEPTH = 6;
    /** Amounts are below this, in major units. */
    static final int MOST = 200;

    private Generated() {}

    /** A policy of so many rules without a model; each holds for one payment of about a hundred. */
    static Policy rules(int rules, long seed) throws PolicyException {
        Random random = new Random(seed);
        StringBuilder document = new StringBuilder(FEATURES).append("rules:\n");
        for (int i = 0; i < rules; i++) {
            double from = random.nextDouble() * MOST;
            document.append(String.format(
                    Locale.ROOT,
                    "  - {code: RULE_%d, when: \"amount > %.3f && amount < %.3f && payments >= 1.0\", weight: 1, reason: Generated}%n",
                    i,
                    from,
                    from + 0.01 * MOST));
        }
        return new PolicyCompiler().compile(document.toString());
    }

    /** A policy of one rule and a model of so many complete trees, to which most payments are genuine. */
    static Policy trees(int trees, long seed) throws PolicyException, ModelException {
        byte[] json = model(trees, new Random(seed)).getBytes(StandardCharsets.UTF_8);
        XgboostModel model = XgboostModel.read(json);
        String document = FEATURES + """
                rules:
                  - {code: LARGE, when: amount > 199.0, weight: 1, reason: Large}
                model: {sha256: %s, features: [amount, payments, mean, at_terminal], points: 80}
                """.formatted(Sha256.of(json).hex());
        return new PolicyCompiler(sha256 -> model).compile(document);
    }

    private static String model(int trees, Random random) {
        StringJoiner all = new StringJoiner(",");
        for (int i = 0; i < trees; i++) {
            all.add(tree(random, 1 / Math.sqrt(trees)));
        }
        return """
                {"learner":{"feature_names":[],"objective":{"name":"binary:logistic"},
                "learner_model_param":{"base_score":"2E-2","num_class":"0","num_feature":"%d","num_target":"1"},
                "gradient_booster":{"name":"gbtree","model":{"trees":[%s]}}},"version":[3,0,4]}
                """.formatted(FEATURE_COUNT, all);
    }

    /**
     * Complete: the children of node i are 2i + 1 and 2i + 2.
     *
     * @param spread standard deviation of the leaves
     */
    private static String tree(Random random, double spread) {
        int nodes = (2 << DEPTH) - 1;
        int inner = nodes / 2;
        StringJoiner left = new StringJoiner(",", "[", "]");
        StringJoiner right = new StringJoiner(",", "[", "]");
        StringJoiner feature = new StringJoiner(",", "[", "]");
        StringJoiner condition = new StringJoiner(",", "[", "]");
        StringJoiner missing = new StringJoiner(",", "[", "]");
        StringJoiner hessian = new StringJoiner(",", "[", "]");
        for (int node = 0; node < nodes; node++) {
            boolean leaf = node >= inner;
            int split = leaf ? 0 : random.nextInt(FEATURE_COUNT);
            left.add(String.valueOf(leaf ? -1 : 2 * node + 1));
            right.add(String.valueOf(leaf ? -1 : 2 * node + 2));
            feature.add(String.valueOf(split));
            condition.add(String.valueOf(leaf ? random.nextGaussian() * spread : threshold(split, random)));
            missing.add("0");
            hessian.add(String.valueOf((float) (1 << (DEPTH - depth(node)))));
        }
        return "{\"left_children\":" + left + ",\"right_children\":" + right + ",\"split_indices\":" + feature
                + ",\"split_conditions\":" + condition + ",\"default_left\":" + missing + ",\"sum_hessian\":" + hessian
                + "}";
    }

    private static int depth(int node) {
        return 31 - Integer.numberOfLeadingZeros(node + 1);
    }

    /** Somewhere in the feature's range: amount, payments, mean in minor units, at_terminal. */
    private static double threshold(int feature, Random random) {
        return random.nextDouble()
                * switch (feature) {
                    case 0 -> MOST;
                    case 2 -> MOST * 100;
                    default -> 20;
                };
    }
}
