package io.weir.server.policy;

import io.weir.server.yaml.DocumentException;
import io.weir.server.yaml.Problems;
import io.weir.server.yaml.SourceText;
import io.weir.server.yaml.YamlNode;
import io.weir.server.yaml.YamlReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a policy document says where the compiled policy no longer does: the text of its expressions and conditions. */
public final class PolicyText {
    private final Map<String, String> expressions = new HashMap<>();
    private final Map<String, String> filters = new HashMap<>();
    private final Map<String, String> values = new HashMap<>();
    private final Map<String, String> conditions = new HashMap<>();

    private PolicyText() {}

    /** The texts in a document; none where it is not as it should be. */
    public static PolicyText of(String document) {
        PolicyText texts = new PolicyText();
        try {
            YamlNode root = YamlReader.read(new Problems(new SourceText(document)), "");
            collect(root, "features", "name", List.of("expression"), texts.expressions);
            collect(root, "features", "name", List.of("aggregate", "filter"), texts.filters);
            collect(root, "features", "name", List.of("aggregate", "value"), texts.values);
            collect(root, "rules", "code", List.of("when"), texts.conditions);
        } catch (DocumentException e) {
            // A document that decided has compiled; of any other there is nothing to tell.
        }
        return texts;
    }

    /** The expression that a feature is computed by, or null. */
    public @Nullable String expression(String feature) {
        return expressions.get(feature);
    }

    /** The filter of a feature's aggregate, or null. */
    public @Nullable String filter(String feature) {
        return filters.get(feature);
    }

    /** The value that a feature's aggregate takes in place of the amount, or null. */
    public @Nullable String value(String feature) {
        return values.get(feature);
    }

    /** The condition of a rule, or null. */
    public @Nullable String condition(String ruleCode) {
        return conditions.get(ruleCode);
    }

    private static void collect(YamlNode root, String list, String name, List<String> path, Map<String, String> texts) {
        if (!(value(root, list) instanceof YamlNode.Sequence items)) {
            return;
        }
        for (YamlNode item : items.items()) {
            YamlNode text = item;
            for (String key : path) {
                text = text == null ? null : value(text, key);
            }
            if (value(item, name) instanceof YamlNode.Scalar named && text instanceof YamlNode.Scalar of) {
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
