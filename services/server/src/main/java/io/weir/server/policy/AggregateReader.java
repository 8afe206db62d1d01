package io.weir.server.policy;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.policy.Label;
import io.weir.core.policy.Measure;
import io.weir.server.yaml.Durations;
import io.weir.server.yaml.Problems;
import io.weir.server.yaml.Section;
import io.weir.server.yaml.YamlNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads the {@code aggregate} of a feature. */
final class AggregateReader {
    private static final Map<String, Entity> ENTITIES = byName(Entity.values());
    private static final Map<String, Aggregate.Function> FUNCTIONS = byName(Aggregate.Function.values());
    private static final Map<String, Label> LABELS = byName(Label.values());

    private final Problems problems;
    private final MeasureReader measures;
    private final int index;

    /** A reader for the feature at an index in the policy's order. */
    AggregateReader(Problems problems, MeasureReader measures, int index) {
        this.problems = problems;
        this.measures = measures;
        this.index = index;
    }

    /** The aggregate, or null if an error was noted. */
    @Nullable
    Aggregate read(YamlNode node, String path) {
        Section section = Section.of(
                node,
                path,
                problems,
                List.of("entity", "function", "window", "delay", "of", "filter", "value", "label"));
        if (section == null) {
            return null;
        }
        Entity entity = section.choice("entity", ENTITIES);
        Aggregate.Function function = section.choice("function", FUNCTIONS);
        OptionalLong windowMs = duration(
                section, "window", Aggregate.MIN_WINDOW_MS, Aggregate.MAX_WINDOW_MS, "Write 1s to 90d, such as '7d'");
        OptionalLong delayMs = section.has("delay")
                ? duration(section, "delay", 0, Aggregate.MAX_DELAY_MS, "Write 0s to 30d, such as '7d', or remove it")
                : OptionalLong.of(0);
        Entity of = null;
        boolean consistent = true;
        if (function == Aggregate.Function.DISTINCT) {
            of = section.choice("of", ENTITIES);
            consistent = of != null && entity != null && isOther(section, entity, of);
        } else if (function != null && section.has("of")) {
            section.refuse("of", "only the function distinct counts something else", "Remove 'of'");
            consistent = false;
        }
        Label label = section.has("label") ? section.choice("label", LABELS) : null;
        consistent &= function == null || selectionFits(section, function);
        consistent &= label != null || !section.has("label");
        Measure measure = measures.read(section, index);
        consistent &= measure != null || !(section.has("filter") || section.has("value"));
        if (!consistent || entity == null || function == null || windowMs.isEmpty() || delayMs.isEmpty()) {
            return null;
        }
        return new Aggregate(entity, function, of, windowMs.getAsLong(), delayMs.getAsLong(), measure, label);
    }

    /** Whether filter, value and label mean something to a function. */
    private static boolean selectionFits(Section section, Aggregate.Function function) {
        boolean fits = true;
        if (section.has("label") && !function.takesLabel()) {
            boolean ofFrauds = function == Aggregate.Function.FRAUD_COUNT || function == Aggregate.Function.FRAUD_RATE;
            section.refuse(
                    "label",
                    nameOf(function) + " takes no label",
                    ofFrauds
                            ? "Remove 'label', or write 'function: count'"
                            : "Remove 'label', or select with 'filter'");
            fits = false;
        }
        if (section.has("value") && !function.isOfValues()) {
            section.refuse(
                    "value",
                    nameOf(function) + " looks at no amount, so there is nothing that a value could replace",
                    "Remove 'value', or write sum, mean, max or stddev");
            fits = false;
        }
        if (section.has("filter") && function == Aggregate.Function.DISTINCT) {
            section.refuse("filter", "distinct ids are counted among all transactions", "Remove 'filter'");
            fits = false;
        }
        if (function == Aggregate.Function.COUNT_SINCE_LAST && !section.has("filter") && !section.has("label")) {
            section.refuse(
                    "function",
                    "count_since_last counts from the last transaction that is selected, and nothing selects",
                    "Write 'filter' or 'label', such as 'label: genuine'");
            fits = false;
        }
        return fits;
    }

    private static String nameOf(Aggregate.Function function) {
        return function.name().toLowerCase(Locale.ROOT);
    }

    private static boolean isOther(Section section, Entity entity, Entity of) {
        if (of != entity) {
            return true;
        }
        String name = entity.name().toLowerCase(Locale.ROOT);
        section.refuse(
                "of",
                "of itself there is only one: distinct counts the ids of another kind that the " + name
                        + "'s transactions name",
                entity == Entity.ACCOUNT ? "Write 'terminal' or another entity" : "Write 'account' or another entity");
        return false;
    }

    private static OptionalLong duration(Section section, String field, long minimumMs, long maximumMs, String remedy) {
        YamlNode.Scalar scalar = section.scalar(field, remedy);
        if (scalar == null) {
            return OptionalLong.empty();
        }
        OptionalLong durationMs = Durations.parseMs(scalar.value());
        if (durationMs.isEmpty()) {
            section.refuse(field, "a duration is a whole number and s, m, h or d, as '30s', '15m', '1h', '7d'", remedy);
        } else if (durationMs.getAsLong() < minimumMs || durationMs.getAsLong() > maximumMs) {
            section.refuse(field, scalar.value() + " is out of range", remedy);
            return OptionalLong.empty();
        }
        return durationMs;
    }

    private static <E extends Enum<E>> Map<String, E> byName(E[] values) {
        Map<String, E> map = new LinkedHashMap<>();
        for (E value : values) {
            map.put(value.name().toLowerCase(Locale.ROOT), value);
        }
        return Collections.unmodifiableMap(map);
    }
}
