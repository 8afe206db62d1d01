package io.weir.server.policy;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a policy document says where the compiled policy no longer does: the text of its expressions and conditions. */
public final class PolicyText {
    private final Map<String, String> expressions;
    private final Map<String, String> conditions;

    private PolicyText(Map<String, String> expressions, Map<String, String> conditions) {
        this.expressions = expressions;
        this.conditions = conditions;
    }

    /** The texts in a document; none where it is not as it should be. */
    public static PolicyText of(String document) {
        Map<String, String> expressions = new HashMap<>();
        Map<String, String> conditions = new HashMap<>();
        try {
            YamlNode root = YamlReader.read(new Problems(new SourceText(document)));
            collect(root, "features", "name", "expression", expressions);
            collect(root, "rules", "code", "when", conditions);
        } catch (PolicyException e) {
            // A document that decided has compiled; of any other there is nothing to tell.
        }
        return new PolicyText(expressions, conditions);
    }

    /** The expression that a feature is computed by, or null. */
    public @Nullable String expression(String feature) {
        return expressions.get(feature);
    }

    /** The condition of a rule, or null. */
    public @Nullable String condition(String ruleCode) {
        return conditions.get(ruleCode);
    }

    private static void collect(YamlNode root, String list, String name, String text, Map<String, String> texts) {
        if (!(value(root, list) instanceof YamlNode.Sequence items)) {
            return;
        }
        for (YamlNode item : items.items()) {
            if (value(item, name) instanceof YamlNode.Scalar named && value(item, text) instanceof YamlNode.Scalar of) {
                texts.put(named.value(), of.value().strip().replaceAll("\\s+", " "));
            }
        }
    }

    private static @Nullable YamlNode value(YamlNode node, String key) {
        if (node instanceof YamlNode.Mapping mapping) {
            for (YamlNode.Entry entry : mapping.entries()) {
                if (entry.key().value().equals(key)) {
                    return entry.value();
                }
            }
        }
        return null;
    }
}
