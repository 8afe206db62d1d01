package io.weir.server.policy;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.Model;
import io.weir.core.policy.NumberExpression;
import io.weir.core.policy.Policy;
import io.weir.core.policy.Policy.OnDeadline;
import io.weir.core.policy.PolicyList;
import io.weir.core.policy.ReasonText;
import io.weir.core.policy.Rule;
import io.weir.events.Sha256;
import io.weir.server.model.XgboostModel;
import io.weir.server.yaml.Problems;
import io.weir.server.yaml.Section;
import io.weir.server.yaml.YamlNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a policy from the nodes of its document. Goes on after an error, so that one attempt shows them all. */
final class PolicyReader {
    private static final int MAX_FEATURES = 256;
    private static final int MAX_LISTS = 64;
    private static final int MAX_DESCRIPTION = 10_000;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");

    private static final List<String> FIELDS =
            List.of("id", "description", "lists", "features", "rules", "model", "thresholds", "onDeadline");
    private static final Map<String, Entity> ENTITIES = byName(Entity.values());
    private static final Map<String, PolicyList.Kind> KINDS = byName(PolicyList.Kind.values());
    private static final Map<String, OnDeadline> ON_DEADLINE = byName(OnDeadline.values());

    private final Problems problems;
    private final Function<Sha256, @Nullable XgboostModel> models;
    private final Set<String> names = new HashSet<>();

    PolicyReader(Problems problems, Function<Sha256, @Nullable XgboostModel> models) {
        this.problems = problems;
        this.models = models;
    }

    /** The policy, or null if an error was noted that left nothing to build it from. */
    @Nullable
    Policy read(YamlNode root, Sha256 sha256) {
        Section policy = Section.of(root, "", problems, FIELDS);
        if (policy == null) {
            return null;
        }
        String id = policy.text("id", ID, "Write 1 to 64 letters, digits, '.', '_' or '-', such as 'card-payments'");
        if (policy.has("description")) {
            policy.text("description", MAX_DESCRIPTION, "Write what the policy is for, or remove the field");
        }
        List<NamedSection> listed = named(policy, "lists", MAX_LISTS, List.of("name", "kind", "entity", "reason"));
        List<NamedSection> named =
                named(policy, "features", MAX_FEATURES - listed.size(), List.of("name", "aggregate", "expression"));
        List<String> order = Stream.concat(listed.stream(), named.stream())
                .map(NamedSection::name)
                .toList();
        ReasonReader reasons = new ReasonReader(order);
        ExpressionCompiler expressions = new ExpressionCompiler(problems, order);
        MeasureReader measures = new MeasureReader(expressions, order);
        List<FeatureDefinition> features = new ArrayList<>();
        List<PolicyList> lists = lists(listed, reasons, measures, features);
        for (int i = 0; i < named.size(); i++) {
            FeatureDefinition feature = feature(named.get(i), listed.size() + i, expressions, measures);
            if (feature != null) {
                features.add(feature);
            }
        }
        List<Rule> rules = new RuleReader(problems, expressions, reasons).read(policy);
        Model model = new ModelReader(problems, order, reasons, models).read(policy);
        Thresholds thresholds = thresholds(policy);
        OnDeadline onDeadline =
                policy.has("onDeadline") ? policy.choice("onDeadline", ON_DEADLINE) : OnDeadline.PENDING;
        if (id == null || thresholds == null || onDeadline == null) {
            return null;
        }
        return new Policy(
                id, sha256, features, lists, rules, model, thresholds.review(), thresholds.decline(), onDeadline);
    }

    /** Each list is a feature of its name, ahead of the others. */
    private List<PolicyList> lists(
            List<NamedSection> listed, ReasonReader reasons, MeasureReader measures, List<FeatureDefinition> features) {
        List<PolicyList> lists = new ArrayList<>();
        for (int i = 0; i < listed.size(); i++) {
            Section section = listed.get(i).section();
            PolicyList.Kind kind = section.choice("kind", KINDS);
            Entity entity = section.choice("entity", ENTITIES);
            ReasonText reason = reasons.read(section, "reason", "Write, for people, what being on the list means");
            if (entity != null) {
                FeatureDefinition.Listed feature =
                        new FeatureDefinition.Listed(listed.get(i).name(), entity);
                features.add(feature);
                measures.know(i, feature);
            }
            if (kind != null && entity != null && reason != null) {
                lists.add(new PolicyList(listed.get(i).name(), i, kind, reason));
            }
        }
        return lists;
    }

    /** Lists or features with a usable name: an expression may use any of them, whatever else is wrong with it. */
    private List<NamedSection> named(Section policy, String field, int maximum, List<String> fields) {
        List<NamedSection> named = new ArrayList<>();
        List<YamlNode> items = policy.items(field, maximum);
        for (int i = 0; i < items.size(); i++) {
            Section section = Section.of(items.get(i), field + "[" + i + "]", problems, fields);
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
                String what = field.equals("lists") ? "list" : "feature";
                section.refuse(
                        "name",
                        "there is a " + what + " '" + name + "' already",
                        "Give each " + what + " its own name");
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

    private static <E extends Enum<E>> Map<String, E> byName(E[] values) {
        Map<String, E> map = new LinkedHashMap<>();
        for (E value : values) {
            map.put(value.name().toLowerCase(Locale.ROOT), value);
        }
        return Collections.unmodifiableMap(map);
    }

    private record NamedSection(String name, Section section) {}

    private record Thresholds(double review, double decline) {}
}
