package io.weir.server.policy;

import io.weir.core.policy.IntegerExpression;
import io.weir.core.policy.NumberExpression;
import io.weir.core.policy.ReasonText;
import io.weir.core.policy.ReasonText.Format;
import io.weir.core.policy.StringExpression;
import io.weir.core.policy.TransactionFields;
import io.weir.server.yaml.Nearest;
import io.weir.server.yaml.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the texts of reasons: {@code {name}} and {@code {name:format}} stand for the value of a feature or of
 * {@code transaction.<field>}, two opening braces for one.
 */
final class ReasonReader {
    private static final int MAX_REASON = 500;
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{|\\{([^{}:]*)(?::([^{}]*))?}|\\{");
    private static final Map<String, Format> FORMATS = formats();

    private final List<String> features;

    /** {@code features} are the names in the policy's order. */
    ReasonReader(List<String> features) {
        this.features = List.copyOf(features);
    }

    /** The text of a field that must be there; null if an error was noted. */
    @Nullable
    ReasonText read(Section section, String field, String remedy) {
        String text = section.text(field, MAX_REASON, remedy);
        if (text == null) {
            return null;
        }
        List<ReasonText.Part> parts = new ArrayList<>();
        Matcher matcher = PLACEHOLDER.matcher(text);
        int end = 0;
        boolean usable = true;
        while (matcher.find()) {
            if (matcher.start() > end) {
                parts.add(new ReasonText.Literal(text.substring(end, matcher.start())));
            }
            end = matcher.end();
            if (matcher.group().equals("{{")) {
                parts.add(new ReasonText.Literal("{"));
                continue;
            }
            ReasonText.Part part = part(section, field, matcher.group(1), matcher.group(2));
            usable &= part != null;
            if (part != null) {
                parts.add(part);
            }
        }
        if (end < text.length()) {
            parts.add(new ReasonText.Literal(text.substring(end)));
        }
        return usable ? ReasonText.of(parts) : null;
    }

    private ReasonText.@Nullable Part part(
            Section section, String field, @Nullable String name, @Nullable String formatName) {
        if (name == null) {
            section.refuse(field, "a '{' is not closed", "Write '{name}' for a value, or '{{' for the brace itself");
            return null;
        }
        String of = name.strip();
        String prefix = CelVocabulary.TRANSACTION + ".";
        StringExpression string =
                of.startsWith(prefix) ? TransactionFields.STRINGS.get(of.substring(prefix.length())) : null;
        if (string != null) {
            if (formatName != null) {
                section.refuse(field, "'" + of + "' is a text, which has no format", "Write '{" + of + "}'");
                return null;
            }
            return new ReasonText.Field(string);
        }
        NumberExpression number = number(of);
        if (number == null) {
            TreeSet<String> known = new TreeSet<>(features);
            known.addAll(CelVocabulary.TRANSACTION_VARIABLES);
            section.refuse(field, "there is no feature or field '" + of + "'", Nearest.remedy(of, known));
            return null;
        }
        if (formatName == null) {
            return new ReasonText.Figure(number, Format.NUMBER);
        }
        Format format = FORMATS.get(formatName.strip());
        if (format == null) {
            section.refuse(field, "'" + formatName + "' is not a format", Nearest.remedy(formatName, FORMATS.keySet()));
            return null;
        }
        return new ReasonText.Figure(number, format);
    }

    private @Nullable NumberExpression number(String name) {
        int index = features.indexOf(name);
        if (index >= 0) {
            return NumberExpression.feature(index);
        }
        String prefix = CelVocabulary.TRANSACTION + ".";
        IntegerExpression integer =
                name.startsWith(prefix) ? TransactionFields.INTEGERS.get(name.substring(prefix.length())) : null;
        return integer == null ? null : NumberExpression.widen(integer);
    }

    private static Map<String, Format> formats() {
        Map<String, Format> formats = new TreeMap<>();
        for (Format format : Format.values()) {
            formats.put(format.name().toLowerCase(Locale.ROOT), format);
        }
        return formats;
    }
}
