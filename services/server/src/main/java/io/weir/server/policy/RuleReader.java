package io.weir.server.policy;

import io.weir.core.policy.BooleanExpression;
import io.weir.core.policy.Membership;
import io.weir.core.policy.ReasonText;
import io.weir.core.policy.Rule;
import io.weir.core.policy.TransactionFields;
import io.weir.events.Decision;
import io.weir.server.yaml.Problems;
import io.weir.server.yaml.Section;
import io.weir.server.yaml.YamlNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the {@code rules} of a policy. */
final class RuleReader {
    static final Pattern CODE = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");
    static final String CODE_REMEDY =
            "Write 1 to 64 letters, digits, '_' or '-', beginning with a letter, such as 'LARGE_AMOUNT'";

    /** What a scope can be of. */
    static final List<String> SCOPES =
            List.of("channel", "currency", "country", "merchantCategory", "merchantId", "terminalId");

    private static final List<String> FIELDS =
            List.of("code", "when", "weight", "decision", "scope", "enabled", "shadow", "reason");
    private static final Map<String, Decision> DECISIONS =
            Map.of("approve", Decision.APPROVE, "review", Decision.REVIEW, "decline", Decision.DECLINE);
    private static final int MAX_RULES = 1_000;
    private static final int MAX_VALUES = 1_000;

    private final Problems problems;
    private final ExpressionCompiler expressions;
    private final ReasonReader reasons;
    private final Set<String> codes = new HashSet<>();

    RuleReader(Problems problems, ExpressionCompiler expressions, ReasonReader reasons) {
        this.problems = problems;
        this.expressions = expressions;
        this.reasons = reasons;
    }

    /** The rules that are enabled; all are checked. */
    List<Rule> read(Section policy) {
        policy.required("rules", "Write a list of rules, each with code, when, weight and reason");
        List<Rule> rules = new ArrayList<>();
        List<YamlNode> items = policy.items("rules", MAX_RULES);
        for (int i = 0; i < items.size(); i++) {
            Section section = Section.of(items.get(i), "rules[" + i + "]", problems, FIELDS);
            if (section == null) {
                continue;
            }
            Rule rule = rule(section);
            boolean enabled = section.flag("enabled", true);
            if (rule != null && enabled) {
                rules.add(rule);
            }
        }
        return rules;
    }

    private @Nullable Rule rule(Section section) {
        String code = section.text("code", CODE, CODE_REMEDY);
        if (code != null && !codes.add(code)) {
            section.refuse("code", "there is a rule '" + code + "' already", "Give each rule its own code");
        }
        YamlNode.Scalar when =
                section.scalar("when", "Write a CEL condition, such as 'transaction.amountMinor > 10000'");
        BooleanExpression condition = when == null ? null : expressions.condition(when, section.path("when"));
        boolean demanding = section.has("decision");
        Decision demanded = demanding ? section.choice("decision", DECISIONS) : null;
        Double weight = demanding && !section.has("weight")
                ? Double.valueOf(0)
                : section.number("weight", -Rule.MAX_WEIGHT, Rule.MAX_WEIGHT, "Write points, -100 to 100");
        BooleanExpression scope = section.has("scope") ? scope(section) : BooleanExpression.constant(true);
        boolean shadow = section.flag("shadow", false);
        ReasonText reason = reasons.read(section, "reason", "Write, for people, what the rule has seen");
        if (code == null || condition == null || weight == null || reason == null || scope == null) {
            return null;
        }
        BooleanExpression both = section.has("scope") ? inScope(scope, condition) : condition;
        return new Rule(code, both, weight, demanded, shadow, reason);
    }

    /** Out of scope a condition is not even looked at. */
    private static BooleanExpression inScope(BooleanExpression scope, BooleanExpression condition) {
        return (transaction, features) ->
                scope.evaluate(transaction, features) && condition.evaluate(transaction, features);
    }

    private @Nullable BooleanExpression scope(Section rule) {
        YamlNode node = rule.required("scope", "");
        Section section = node == null ? null : Section.of(node, rule.path("scope"), problems, SCOPES);
        if (section == null) {
            return null;
        }
        Map<String, Set<String>> allowed = new LinkedHashMap<>();
        for (String field : SCOPES) {
            if (section.has(field)) {
                allowed.put(field, values(section, field));
            }
        }
        if (allowed.isEmpty()) {
            rule.refuse(
                    "scope", "the scope is of nothing", "Write one of " + String.join(", ", SCOPES) + ", or remove it");
            return null;
        }
        BooleanExpression scope = null;
        for (Map.Entry<String, Set<String>> field : allowed.entrySet()) {
            BooleanExpression in = Membership.ofString(
                    Objects.requireNonNull(TransactionFields.STRINGS.get(field.getKey())), field.getValue());
            scope = scope == null ? in : BooleanExpression.and(scope, in);
        }
        return scope;
    }

    private static Set<String> values(Section section, String field) {
        Set<String> values = new LinkedHashSet<>();
        for (YamlNode item : section.items(field, MAX_VALUES)) {
            if (item instanceof YamlNode.Scalar scalar && !scalar.value().isBlank()) {
                values.add(scalar.value());
            } else {
                section.refuse(field, "a value is empty or no single value", "Write texts, such as [ecommerce, pos]");
            }
        }
        if (values.isEmpty()) {
            section.refuse(field, "no value is in scope, so the rule never holds", "Write a list, such as [ecommerce]");
        }
        return values;
    }
}
