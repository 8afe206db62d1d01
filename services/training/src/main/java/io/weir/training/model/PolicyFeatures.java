package io.weir.training.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What a policy's document says of its features, in its own words. */
public final class PolicyFeatures {
    private PolicyFeatures() {}

    /**
     * The definitions by name, in the policy's order.
     *
     * @param document one that compiles
     */
    public static Map<String, String> definitions(String document) {
        Map<String, String> definitions = new LinkedHashMap<>();
        for (Object feature : list(root(document).get("features"))) {
            Map<?, ?> fields = map(feature);
            Object aggregate = fields.get("aggregate");
            definitions.put(
                    String.valueOf(fields.get("name")),
                    aggregate == null
                            ? String.valueOf(fields.get("expression"))
                            : map(aggregate).entrySet().stream()
                                    .map(field -> field.getKey() + ": " + field.getValue())
                                    .collect(Collectors.joining(", ")));
        }
        return definitions;
    }

    /** What its model reads, in order; empty if the policy names no model. */
    public static List<String> ofModel(String document) {
        Object model = root(document).get("model");
        return model == null
                ? List.of()
                : list(Objects.requireNonNullElse(map(model).get("features"), List.of())).stream()
                        .map(String::valueOf)
                        .collect(Collectors.toUnmodifiableList());
    }

    private static Map<?, ?> root(String document) {
        return map(new Load(LoadSettings.builder().build()).loadFromString(document));
    }

    private static Map<?, ?> map(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException("the policy is not as policies are: '" + value + "' has no fields");
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }
}
