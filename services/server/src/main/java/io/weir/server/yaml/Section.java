package io.weir.server.yaml;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/** A mapping of the document with its path. Its getters note what is missing or malformed and then return null. */
public final class Section {
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]{1,15}(\\.[0-9]{1,15})?");

    private final YamlNode.Mapping mapping;
    private final String path;
    private final Problems problems;
    private final Map<String, YamlNode> values = new HashMap<>();

    private Section(YamlNode.Mapping mapping, String path, Problems problems, List<String> fields) {
        this.mapping = mapping;
        this.path = path;
        this.problems = problems;
        Set<String> seen = new TreeSet<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            String key = entry.key().value();
            if (!fields.contains(key)) {
                problems.add(
                        entry.key().start(),
                        path(key),
                        "'" + key + "' is not a field here",
                        Nearest.remedy(key, fields));
            } else if (!seen.add(key)) {
                problems.add(entry.key().start(), path(key), "'" + key + "' is written twice", "Keep one of the two");
            } else {
                values.put(key, entry.value());
            }
        }
    }

    /** The section that {@code node} is, if it is a mapping; {@code fields} are the keys it may have. */
    public static @Nullable Section of(YamlNode node, String path, Problems problems, List<String> fields) {
        if (node instanceof YamlNode.Mapping mapping) {
            return new Section(mapping, path, problems, fields);
        }
        problems.add(
                node.start(), path, "fields are missing here", "Write 'name: value' for: " + String.join(", ", fields));
        return null;
    }

    public int start() {
        return mapping.start();
    }

    public String path(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    public boolean has(String field) {
        return values.containsKey(field);
    }

    /** Notes an error about a field, at its value if it has one. */
    public void refuse(String field, String problem, String remedy) {
        YamlNode value = values.get(field);
        problems.add(value == null ? mapping.start() : value.start(), path(field), problem, remedy);
    }

    /** The node of a field that must be there. */
    public @Nullable YamlNode required(String field, String remedy) {
        YamlNode value = values.get(field);
        if (value == null) {
            problems.add(mapping.start(), path(field), "'" + field + "' is missing", remedy);
        }
        return value;
    }

    /** The nodes of a list; none if the field is not there. */
    public List<YamlNode> items(String field, int maximum) {
        YamlNode value = values.get(field);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof YamlNode.Sequence sequence)) {
            refuse(field, "'" + field + "' must be a list", "Begin each of its entries with '- '");
            return List.of();
        }
        if (sequence.items().size() > maximum) {
            refuse(
                    field,
                    "'" + field + "' has " + sequence.items().size() + " entries, more than " + maximum,
                    "Remove some");
            return List.of();
        }
        return sequence.items();
    }

    /** The scalar of a field that must be there and not be empty. */
    public YamlNode.@Nullable Scalar scalar(String field, String remedy) {
        YamlNode value = required(field, remedy);
        if (value == null) {
            return null;
        }
        if (!(value instanceof YamlNode.Scalar scalar)) {
            refuse(field, "'" + field + "' must be a single value", remedy);
            return null;
        }
        if (scalar.value().isBlank()) {
            refuse(field, "'" + field + "' is empty", remedy);
            return null;
        }
        return scalar;
    }

    /** A text that must be there. */
    public @Nullable String text(String field, int maximum, String remedy) {
        YamlNode.Scalar scalar = scalar(field, remedy);
        if (scalar == null) {
            return null;
        }
        String value = scalar.value().strip();
        if (value.length() > maximum) {
            refuse(
                    field,
                    "'" + field + "' has " + value.length() + " characters, more than " + maximum,
                    "Write it shorter");
            return null;
        }
        return value;
    }

    /** A text that must be there and match. */
    public @Nullable String text(String field, Pattern pattern, String remedy) {
        YamlNode.Scalar scalar = scalar(field, remedy);
        if (scalar == null) {
            return null;
        }
        if (!pattern.matcher(scalar.value()).matches()) {
            refuse(field, "'" + shorten(scalar.value()) + "' is not a valid " + field, remedy);
            return null;
        }
        return scalar.value();
    }

    /** A number that must be there. */
    public @Nullable Double number(String field, double minimum, double maximum, String remedy) {
        YamlNode.Scalar scalar = scalar(field, remedy);
        if (scalar == null) {
            return null;
        }
        String value = scalar.value();
        if (scalar.style() != ScalarStyle.PLAIN || !NUMBER.matcher(value).matches()) {
            refuse(field, "'" + shorten(value) + "' is not a plain decimal number", remedy);
            return null;
        }
        double number = Double.parseDouble(value) + 0.0; // no negative zero
        if (number < minimum || number > maximum) {
            refuse(field, value + " is out of range", remedy);
            return null;
        }
        return number;
    }

    /** One of the names of an enumeration, in lower case; must be there. */
    public <E extends Enum<E>> @Nullable E choice(String field, Map<String, E> choices) {
        YamlNode.Scalar scalar = scalar(field, "Write one of: " + String.join(", ", choices.keySet()));
        if (scalar == null) {
            return null;
        }
        E choice = choices.get(scalar.value());
        if (choice == null) {
            refuse(
                    field,
                    "'" + shorten(scalar.value()) + "' is not a known " + field,
                    Nearest.remedy(scalar.value(), choices.keySet()));
        }
        return choice;
    }

    /** A truth value; {@code otherwise} if the field is not there. */
    public boolean flag(String field, boolean otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        YamlNode.Scalar scalar = scalar(field, "Write true or false");
        String value = scalar == null ? "" : scalar.value();
        if (scalar != null && !value.equals("true") && !value.equals("false")) {
            refuse(field, "'" + shorten(value) + "' is neither true nor false", "Write true or false");
        }
        return scalar == null ? otherwise : value.equals("true");
    }

    private static String shorten(String value) {
        return value.codePointCount(0, value.length()) <= 60
                ? value
                : value.substring(0, value.offsetByCodePoints(0, 60)) + "…";
    }
}
