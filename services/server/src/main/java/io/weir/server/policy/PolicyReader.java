package io.weir.server.policy;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.BooleanExpression;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.NumberExpression;
import io.weir.core.policy.Policy;
import io.weir.core.policy.Rule;
import io.weir.events.Sha256;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a policy from the nodes of its document. Goes on after an error, so that one attempt shows them all. */
final class PolicyReader {
    private static final int MAX_FEATURES = 256;
    private static final int MAX_RULES = 512;
    private static final int MAX_REASON = 500;
    private static final int MAX_DESCRIPTION = 10_000;
    private static final double MAX_WEIGHT = 100;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern CODE = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");

    private final Problems problems;

    PolicyReader(Problems problems) {
        this.problems = problems;
    }

    /** The policy, or null if an error was noted that left nothing to build it from. */
    @Nullable
    Policy read(YamlNode root, Sha256 sha256) {
        Section policy =
                Section.of(root, "", problems, List.of("id", "description", "features", "rules", "thresholds"));
        if (policy == null) {
            return null;
        }
        String id = policy.text("id", ID, "Write 1 to 64 letters, digits, '.', '_' or '-', such as 'card-payments'");
        if (policy.has("description")) {
            policy.text("description", MAX_DESCRIPTION, "Write what the policy is for, or remove the field");
        }
        List<NamedSection> named = named(policy);
        ExpressionCompiler expressions = new ExpressionCompiler(
                problems, named.stream().map(NamedSection::name).toList());
        MeasureReader measures = new MeasureReader(
                expressions, named.stream().map(NamedSection::name).toList());
        List<FeatureDefinition> features = new ArrayList<>();
        for (int i = 0; i < named.size(); i++) {
            FeatureDefinition feature = feature(named.get(i), i, expressions, measures);
            if (feature != null) {
                features.add(feature);
            }
        }
        List<Rule> rules = rules(policy, expressions);
        Thresholds thresholds = thresholds(policy);
        if (id == null || thresholds == null) {
            return null;
        }
        return new Policy(id, sha256, features, rules, thresholds.review(), thresholds.decline());
    }

    /** The features with a usable name: an expression may use any of them, whatever else is wrong with it. */
    private List<NamedSection> named(Section policy) {
        List<NamedSection> named = new ArrayList<>();
        Set<String> names = new HashSet<>();
        List<YamlNode> items = policy.items("features", MAX_FEATURES);
        for (int i = 0; i < items.size(); i++) {
            Section section = Section.of(
                    items.get(i), "features[" + i + "]", problems, List.of("name", "aggregate", "expression"));
            if (section == null) {
                continue;
            }
            String name = section.text(
                    "name", NAME, "Write a name of letters, digits and '_' that does not begin with a digit");
            if (name == null) {
                continue;
            }
            if (CelVocabulary.RESERVED.contains(name)) {
                section.refuse("name", "'" + name + "' has a meaning in CEL", "Choose another name");
            } else if (!names.add(name)) {
                section.refuse("name", "there is a feature '" + name + "' already", "Give each feature its own name");
            }
            named.add(new NamedSection(name, section));
        }
        return named;
    }

    private @Nullable FeatureDefinition feature(
            NamedSection named, int index, ExpressionCompiler expressions, MeasureReader measures) {
        Section section = named.section();
        if (section.has("aggregate") == section.has("expression")) {
            String problem = section.has("aggregate") ? "a feature is one or the other" : "the feature is not defined";
            section.refuse("aggregate", problem, "Write either 'aggregate' or 'expression'");
            return null;
        }
        if (section.has("aggregate")) {
            YamlNode node = section.required("aggregate", "");
            Aggregate aggregate = node == null
                    ? null
                    : new AggregateReader(problems, measures, index).read(node, section.path("aggregate"));
            if (aggregate == null) {
                return null;
            }
            FeatureDefinition.Aggregated feature = new FeatureDefinition.Aggregated(named.name(), aggregate);
            measures.know(index, feature);
            return feature;
        }
        YamlNode.Scalar text = section.scalar("expression", "Write a CEL expression that is a number");
        if (text == null) {
            return null;
        }
        ExpressionCompiler.Compiled<NumberExpression> compiled =
                expressions.number(text, section.path("expression"), index, "a feature");
        if (compiled == null) {
            return null;
        }
        FeatureDefinition.Computed feature = new FeatureDefinition.Computed(named.name(), compiled.expression());
        measures.know(index, feature, compiled);
        return feature;
    }

    private List<Rule> rules(Section policy, ExpressionCompiler expressions) {
        policy.required("rules", "Write a list of rules, each with code, when, weight and reason");
        List<Rule> rules = new ArrayList<>();
        Set<String> codes = new HashSet<>();
        List<YamlNode> items = policy.items("rules", MAX_RULES);
        for (int i = 0; i < items.size(); i++) {
            Section section =
                    Section.of(items.get(i), "rules[" + i + "]", problems, List.of("code", "when", "weight", "reason"));
            if (section == null) {
                continue;
            }
            Rule rule = rule(section, codes, expressions);
            if (rule != null) {
                rules.add(rule);
            }
        }
        return rules;
    }

    private @Nullable Rule rule(Section section, Set<String> codes, ExpressionCompiler expressions) {
        String code = section.text(
                "code",
                CODE,
                "Write 1 to 64 letters, digits, '_' or '-', beginning with a letter, such as 'LARGE_AMOUNT'");
        if (code != null && !codes.add(code)) {
            section.refuse("code", "there is a rule '" + code + "' already", "Give each rule its own code");
        }
        YamlNode.Scalar when =
                section.scalar("when", "Write a CEL condition, such as 'transaction.amountMinor > 10000'");
        BooleanExpression condition = when == null ? null : expressions.condition(when, section.path("when"));
        Double weight = section.number("weight", -MAX_WEIGHT, MAX_WEIGHT, "Write points, -100 to 100");
        String reason = section.text("reason", MAX_REASON, "Write, for people, what the rule has seen");
        return code == null || condition == null || weight == null || reason == null
                ? null
                : new Rule(code, condition, weight, reason);
    }

    private @Nullable Thresholds thresholds(Section policy) {
        String remedy = "Write points, above 0 and up to 100";
        YamlNode node = policy.required("thresholds", "Write 'thresholds: {review: 40, decline: 80}'");
        Section section = node == null
                ? null
                : Section.of(node, policy.path("thresholds"), problems, List.of("review", "decline"));
        if (section == null) {
            return null;
        }
        Double review = section.number("review", Double.MIN_VALUE, Policy.MAX_SCORE, remedy);
        Double decline = section.number("decline", Double.MIN_VALUE, Policy.MAX_SCORE, remedy);
        if (review == null || decline == null) {
            return null;
        }
        if (review > decline) {
            section.refuse(
                    "decline",
                    "a transaction would be declined before it is reviewed",
                    "Write a number that is not below 'review'");
            return null;
        }
        return new Thresholds(review, decline);
    }

    private record NamedSection(String name, Section section) {}

    private record Thresholds(double review, double decline) {}
}
