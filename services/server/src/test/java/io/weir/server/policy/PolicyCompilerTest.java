package io.weir.server.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.core.decide.Selections;
import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.Label;
import io.weir.core.policy.Measure;
import io.weir.core.policy.Model;
import io.weir.core.policy.Policy;
import io.weir.core.policy.PolicyList;
import io.weir.core.policy.Rule;
import io.weir.events.Decision;
import io.weir.events.Sha256;
import io.weir.events.TransactionSubmitted;
import io.weir.server.model.Models;
import io.weir.server.model.XgboostModel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyCompilerTest {
    private static final long SATURDAY_NIGHT_MS = 1_522_456_496_000L; // 2018-03-31 00:34:56 UTC

    private final PolicyCompiler compiler = new PolicyCompiler();

    @Test
    void compilesADocument() throws Exception {
        String document = """
                id: cards-2
                features:
                  - name: spent_7d
                    aggregate: {entity: account, function: sum, window: 7d}
                  - name: places_1h
                    aggregate: {entity: account, function: distinct, of: merchant, window: 1h}
                  - name: bad_30s
                    aggregate: {entity: ip, function: fraud_rate, window: 30s, delay: 15m}
                  - name: share
                    expression: double(transaction.amountMinor) / spent_7d
                rules:
                  - code: MOST_OF_A_WEEK
                    when: share > 0.5 && places_1h >= 1
                    weight: -12.5
                    reason: >
                      One payment is most of
                      a week
                thresholds: {review: 30, decline: 70.5}
                """;
        Policy policy = compiler.compile(document);
        assertThat(policy.id()).isEqualTo("cards-2");
        assertThat(policy.sha256()).isEqualTo(Sha256.of(document.getBytes(StandardCharsets.UTF_8)));
        assertThat(policy.featureNames()).containsExactly("spent_7d", "places_1h", "bad_30s", "share");
        assertThat(policy.features().subList(0, 3))
                .containsExactly(
                        aggregated("spent_7d", Entity.ACCOUNT, Aggregate.Function.SUM, null, Duration.ofDays(7), 0),
                        aggregated(
                                "places_1h",
                                Entity.ACCOUNT,
                                Aggregate.Function.DISTINCT,
                                Entity.MERCHANT,
                                Duration.ofHours(1),
                                0),
                        aggregated(
                                "bad_30s",
                                Entity.IP,
                                Aggregate.Function.FRAUD_RATE,
                                null,
                                Duration.ofSeconds(30),
                                900_000));
        double[] features = {200, 2, 0, 0};
        FeatureDefinition.Computed share =
                (FeatureDefinition.Computed) policy.features().get(3);
        features[3] = share.expression().evaluate(transaction(150, SATURDAY_NIGHT_MS), features);
        assertThat(features[3]).isEqualTo(0.75);
        Rule rule = policy.rules().get(0);
        assertThat(rule.when().evaluate(transaction(150, 0), features)).isTrue();
        assertThat(rule.weight()).isEqualTo(-12.5);
        assertThat(rule.reason().fill(transaction(150, 0), features, new StringBuilder()))
                .isEqualTo("One payment is most of a week");
        assertThat(policy.decisionFor(30, Set.of())).isEqualTo(Decision.REVIEW);
        assertThat(policy.decisionFor(70.5, Set.of())).isEqualTo(Decision.DECLINE);
    }

    @Test
    void compilesFiltersValuesAndLabels() throws Exception {
        Policy policy = compiler.compile("""
                id: p
                features:
                  - name: mean
                    aggregate: {entity: account, function: mean, window: 30d}
                  - name: robust
                    aggregate: {entity: account, function: mean, window: 30d, filter: transaction.amountMinor < 3.0 * mean}
                  - name: ratio
                    expression: double(transaction.amountMinor) / robust
                  - name: excess
                    aggregate:
                      entity: account
                      function: sum
                      window: 7d
                      filter: ratio > 2.0
                      value: ratio - 2.0
                  - name: unexplained
                    aggregate: {entity: terminal, function: count, window: 30d, label: fraud, filter: ratio < 2.0}
                  - name: streak
                    aggregate: {entity: terminal, function: count_since_last, window: 30d, label: genuine}
                rules: []
                thresholds: {review: 30, decline: 70}
                """);
        Aggregate robust = aggregate(policy, 1);
        Aggregate excess = aggregate(policy, 3);
        assertThat(robust.measure().inputs().keySet()).containsExactly(0);
        assertThat(excess.measure().inputs().keySet()).containsExactly(0, 1, 2);
        assertThat(excess.label()).isNull();
        assertThat(aggregate(policy, 4).label()).isEqualTo(Label.FRAUD);
        assertThat(aggregate(policy, 4).measure()).isNotEqualTo(excess.measure());
        assertThat(aggregate(policy, 5))
                .isEqualTo(new Aggregate(
                        Entity.TERMINAL,
                        Aggregate.Function.COUNT_SINCE_LAST,
                        null,
                        Duration.ofDays(30).toMillis(),
                        0,
                        null,
                        Label.GENUINE));
        TransactionSubmitted transaction = transaction(150, 0);
        double[] features = {100, 40, 3.75, 0, 0, 0};
        assertThat(robust.measure().of(transaction, features)).as("the amount").isEqualTo(150);
        assertThat(excess.measure().of(transaction, features)).as("millionths").isEqualTo(1_750_000);
        features[2] = Double.NaN;
        assertThat(excess.measure().of(transaction, features)).isEqualTo(Measure.NOT_TAKEN);
        assertThat(Selections.NONE.missing(policy)).containsExactly("robust", "excess", "unexplained", "streak");
        assertThat(Selections.of(List.of(policy)).missing(policy)).isEmpty();
    }

    /** So that renaming, moving and editing what does not matter keeps what was folded. */
    @Test
    void aMeasureIsIdentifiedByWhatItFollowsFrom() throws Exception {
        String one = """
                id: p
                features:
                  - name: mean
                    aggregate: {entity: account, function: mean, window: %s}
                  - name: terminals
                    aggregate: {entity: terminal, function: count, window: 1d}
                  - name: excess
                    aggregate: {entity: %s, function: sum, window: 7d, value: double(transaction.amountMinor)/ (mean)}
                rules: []
                thresholds: {review: 30, decline: 70}
                """;
        String other = """
                id: another
                features:
                  - name: habit
                    aggregate: {entity: account, function: mean, window: 30d, delay: 0s}
                  - name: sum
                    aggregate:
                      entity: account
                      function: mean
                      window: 14d
                      value: |
                        double( transaction.amountMinor )
                          / habit
                rules: []
                thresholds: {review: 40, decline: 70}
                """;
        Measure measure = aggregate(compiler.compile(other), 1).measure();
        assertThat(aggregate(compiler.compile(one.formatted("30d", "account")), 2)
                        .measure())
                .isEqualTo(measure);
        assertThat(aggregate(compiler.compile(one.formatted("30d", "terminal")), 2)
                        .measure())
                .isEqualTo(measure);
        assertThat(aggregate(compiler.compile(one.formatted("29d", "account")), 2)
                        .measure())
                .isNotEqualTo(measure);
        Selections kept = Selections.of(List.of(compiler.compile(other)));
        assertThat(kept.missing(compiler.compile(one.formatted("30d", "account"))))
                .isEmpty();
        assertThat(kept.missing(compiler.compile(one.formatted("30d", "terminal"))))
                .containsExactly("excess");
        assertThat(kept.missing(compiler.compile(one.formatted("29d", "account"))))
                .containsExactly("excess");
    }

    private static Aggregate aggregate(Policy policy, int index) {
        return ((FeatureDefinition.Aggregated) policy.features().get(index)).aggregate();
    }

    @Test
    void theDefaultPolicyHasTheModelThatWeirComesWith() throws Exception {
        Policy policy = compiler.compile(DefaultPolicy.document());
        Model model = policy.model();
        assertThat(model).isNotNull();
        assertThat(model.sha256()).isEqualTo(Models.shipped().sha256());
        assertThat(model.inputs().stream().map(policy.featureNames()::get))
                .containsExactly("amount", "ratio", "excess_7d", "unexplained_14d", "since_genuine", "streak");
        assertThat(model.reasons())
                .extracting(Model.ModelReason::code)
                .containsExactly("LARGE_AMOUNT", "UNUSUAL_AMOUNT", "RECENT_EXCESS", "TERMINAL_FRAUD");
        assertThat(policy.lists()).extracting(PolicyList::kind).containsExactlyInAnyOrder(PolicyList.Kind.values());
    }

    @Test
    void theSameDocumentDecidesTheSame() throws Exception {
        Policy first = compiler.compile(DefaultPolicy.document());
        Policy second = new PolicyCompiler().compile(DefaultPolicy.document());
        assertThat(second.sha256()).isEqualTo(first.sha256());
        assertThat(second.featureNames()).isEqualTo(first.featureNames());
        long seed = 11;
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            TransactionSubmitted transaction = transaction(random.nextLong(50_000), random.nextLong(1L << 41));
            double[] features = random.doubles(first.features().size(), 0, 6).toArray();
            assertThat(hits(second, transaction, features))
                    .as("seed %d, case %d", seed, i)
                    .isEqualTo(hits(first, transaction, features));
        }
    }

    @Test
    void compilesListsScopesDemandsAndPlaceholders() throws Exception {
        Policy policy = compiler.compile("""
                id: p
                lists:
                  - {name: blocked, kind: block, entity: terminal, reason: "Terminal {transaction.terminalId} is blocked"}
                features:
                  - {name: amount, expression: transaction.amountMinor}
                rules:
                  - code: OFF
                    when: amount > 0.0
                    weight: 5
                    enabled: false
                    reason: never
                  - code: ONLINE
                    when: amount > 100.0 && blocked == 0.0
                    decision: review
                    scope: {channel: [ecommerce], currency: [EUR, USD]}
                    shadow: true
                    reason: "{transaction.amountMinor:money} {transaction.currency}, {amount:whole} {{}"
                thresholds: {review: 30, decline: 70}
                onDeadline: review
                """);
        assertThat(policy.featureNames()).containsExactly("blocked", "amount");
        assertThat(policy.features().getFirst()).isEqualTo(new FeatureDefinition.Listed("blocked", Entity.TERMINAL));
        assertThat(policy.lists()).singleElement().satisfies(list -> {
            assertThat(list.kind()).isEqualTo(PolicyList.Kind.BLOCK);
            assertThat(list.feature()).isZero();
        });
        assertThat(policy.onDeadline()).isEqualTo(Policy.OnDeadline.REVIEW);
        assertThat(policy.rules()).singleElement().satisfies(rule -> {
            assertThat(rule.code()).isEqualTo("ONLINE");
            assertThat(rule.weight()).isZero();
            assertThat(rule.demands()).isEqualTo(Decision.REVIEW);
            assertThat(rule.shadow()).isTrue();
            double[] features = {0, 12_345};
            TransactionSubmitted outOfScope = transaction(12_345, 0);
            assertThat(rule.when().evaluate(outOfScope, features)).isFalse();
            assertThat(rule.reason().fill(outOfScope, features, new StringBuilder()))
                    .isEqualTo("123.45 EUR, 12345 {}");
        });
    }

    @Test
    void compilesAModel() throws Exception {
        XgboostModel model = model("amount", "hour");
        PolicyCompiler knowing = new PolicyCompiler(sha256 -> sha256.equals(model.sha256()) ? model : null);
        String document = """
                id: p
                features:
                  - {name: hour, expression: transaction.hour}
                  - {name: amount, expression: transaction.amountMinor}
                rules: []
                model:
                  sha256: %s
                  features: [amount, hour]
                  points: 80
                  reasons:
                    - {code: AMOUNT, features: [amount], text: "The amount is {amount}"}
                thresholds: {review: 30, decline: 70}
                """.formatted(model.sha256().hex());
        Model compiled = knowing.compile(document).model();
        assertThat(compiled).isNotNull();
        assertThat(compiled.inputs()).containsExactly(1, 0);
        assertThat(compiled.points()).isEqualTo(80);
        assertThat(compiled.reasons()).extracting(Model.ModelReason::code).containsExactly("AMOUNT", "MODEL_HOUR");

        assertThatThrownBy(() -> compiler.compile(document))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("line 7, column 11, model.sha256: no model with this SHA-256 is published");
        assertThatThrownBy(() -> knowing.compile(document.replace("[amount, hour]", "[hour, amount]")))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("trained on other names or another order. Write [amount, hour]");
        assertThatThrownBy(() -> knowing.compile(document.replace("[amount, hour]", "[amount]")))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("the model is fed 2 features, not 1");
        assertThatThrownBy(() -> knowing.compile(document.replace("features: [amount]", "features: [minute]")))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("the model is not fed 'minute'");
    }

    /** One tree of one split, in XGBoost's own format. */
    private static XgboostModel model(String first, String second) throws Exception {
        return XgboostModel.read("""
                {"learner": {
                  "attributes": {},
                  "feature_names": ["%s", "%s"],
                  "feature_types": ["float", "float"],
                  "gradient_booster": {"name": "gbtree", "model": {
                    "gbtree_model_param": {"num_parallel_tree": "1", "num_trees": "1"},
                    "tree_info": [0],
                    "trees": [{"id": 0,
                      "base_weights": [0.0, -1.0, 1.0], "categories": [], "categories_nodes": [],
                      "categories_segments": [], "categories_sizes": [],
                      "default_left": [0, 0, 0], "left_children": [1, -1, -1], "right_children": [2, -1, -1],
                      "loss_changes": [1.0, 0.0, 0.0], "parents": [2147483647, 0, 0],
                      "split_conditions": [1000.0, -1.0, 1.0], "split_indices": [0, 0, 0], "split_type": [0, 0, 0],
                      "sum_hessian": [4.0, 2.0, 2.0],
                      "tree_param": {"num_deleted": "0", "num_feature": "2", "num_nodes": "3", "size_leaf_vector": "1"}}]}},
                  "learner_model_param": {"base_score": "5E-1", "boost_from_average": "0", "num_class": "0",
                    "num_feature": "2", "num_target": "1"},
                  "objective": {"name": "binary:logistic", "reg_loss_param": {"scale_pos_weight": "1"}}},
                 "version": [3, 0, 4]}
                """.formatted(first, second).getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> hits(Policy policy, TransactionSubmitted transaction, double[] features) {
        return policy.rules().stream()
                .filter(rule -> rule.when().evaluate(transaction, features))
                .map(rule ->
                        rule.code() + rule.weight() + rule.reason().fill(transaction, features, new StringBuilder()))
                .toList();
    }

    private static FeatureDefinition aggregated(
            String name, Entity entity, Aggregate.Function function, Entity of, Duration window, long delayMs) {
        return new FeatureDefinition.Aggregated(name, new Aggregate(entity, function, of, window.toMillis(), delayMs));
    }

    private static TransactionSubmitted transaction(long amountMinor, long occurredAtMs) {
        return new TransactionSubmitted(
                "t1",
                "a1",
                occurredAtMs,
                occurredAtMs,
                amountMinor,
                "EUR",
                "term1",
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
