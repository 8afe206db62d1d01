package io.weir.server.policy;

import dev.cel.common.ast.CelExpr;
import io.weir.core.policy.Aggregate;
import io.weir.core.policy.BooleanExpression;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.Measure;
import io.weir.core.policy.NumberExpression;
import io.weir.events.Sha256;
import io.weir.server.policy.ExpressionCompiler.Compiled;
import io.weir.server.yaml.Section;
import io.weir.server.yaml.YamlNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code filter} and {@code value} of an aggregate, and knows of each feature what it follows from: a measure is
 * identified by the definitions of all that it reads, and may read only what follows from the transaction and its account.
 */
final class MeasureReader {
    private final ExpressionCompiler expressions;
    private final List<String> names;
    private final Map<Integer, Known> known = new HashMap<>();

    /**
     * What is known of a feature.
     *
     * @param definition its identity
     * @param inputs all features that it follows from, with itself, by index
     * @param foreign the one among them that is over the windows of another entity than the account, or is a list; null if
     *     there is none
     */
    private record Known(
            String definition,
            Map<Integer, FeatureDefinition> inputs,
            @Nullable FeatureDefinition foreign) {}

    /** {@code names} are those of the features in the policy's order. */
    MeasureReader(ExpressionCompiler expressions, List<String> names) {
        this.expressions = expressions;
        this.names = names;
    }

    /** An aggregate was read. */
    void know(int index, FeatureDefinition.Aggregated feature) {
        Aggregate aggregate = feature.aggregate();
        Measure measure = aggregate.measure();
        String text = String.join(
                " ",
                "aggregate",
                aggregate.entity().name(),
                aggregate.function().name(),
                String.valueOf(aggregate.distinct()),
                String.valueOf(aggregate.windowMs()),
                String.valueOf(aggregate.delayMs()),
                String.valueOf(aggregate.label()),
                measure == null ? "all" : identity(measure.definition()));
        Map<Integer, FeatureDefinition> inputs = new TreeMap<>(measure == null ? Map.of() : measure.inputs());
        inputs.put(index, feature);
        known.put(index, new Known(identity(text), inputs, aggregate.entity() == Entity.ACCOUNT ? null : feature));
    }

    /** A list was read. */
    void know(int index, FeatureDefinition.Listed feature) {
        String text = "listed " + feature.entity().name() + " " + feature.name();
        known.put(index, new Known(identity(text), Map.of(index, feature), feature));
    }

    /** An expression was compiled. */
    void know(int index, FeatureDefinition.Computed feature, Compiled<NumberExpression> compiled) {
        CanonicalForm form = form(compiled);
        Map<Integer, FeatureDefinition> inputs = inputs(form);
        inputs.put(index, feature);
        FeatureDefinition foreign = null;
        for (int read : form.features()) {
            Known of = known.get(read);
            foreign = foreign == null && of != null ? of.foreign() : foreign;
        }
        known.put(index, new Known(identity("expression " + form.text()), inputs, foreign));
    }

    /**
     * The measure of the aggregate of the feature at an index; null if it has neither filter nor value, or an error was
     * noted.
     */
    @Nullable
    Measure read(Section section, int index) {
        Compiled<BooleanExpression> filter = null;
        Compiled<NumberExpression> value = null;
        boolean usable = true;
        if (section.has("filter")) {
            YamlNode.Scalar text =
                    section.scalar("filter", "Write a CEL condition, such as 'transaction.amountMinor > 10000'");
            filter = text == null ? null : expressions.condition(text, section.path("filter"), index);
            usable = filter != null && readsTheAccountOnly(filter);
        }
        if (section.has("value")) {
            YamlNode.Scalar text = section.scalar("value", "Write a CEL expression that is a number");
            value = text == null ? null : expressions.number(text, section.path("value"), index, "a value");
            usable &= value != null && readsTheAccountOnly(value);
        }
        if (!usable || (filter == null && value == null)) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        Map<Integer, FeatureDefinition> inputs = new TreeMap<>();
        for (Compiled<?> part : new Compiled<?>[] {filter, value}) {
            CanonicalForm form = part == null ? null : form(part);
            texts.add(form == null ? "-" : form.text());
            inputs.putAll(form == null ? Map.of() : inputs(form));
        }
        return new Measure(
                "filter " + texts.get(0) + " value " + texts.get(1),
                filter == null ? null : filter.expression(),
                value == null ? null : value.expression(),
                inputs);
    }

    private boolean readsTheAccountOnly(Compiled<?> compiled) {
        for (Map.Entry<CelExpr, Integer> use : form(compiled).uses().entrySet()) {
            Known feature = known.get(use.getValue());
            FeatureDefinition foreign = feature == null ? null : feature.foreign();
            if (foreign != null) {
                String name = names.get(use.getValue());
                String what = name.equals(foreign.name()) ? "is" : "uses '" + foreign.name() + "', which is";
                compiled.errors()
                        .add(
                                use.getKey(),
                                "the feature '" + name + "' " + what + " " + reason(foreign),
                                "Use the transaction and features over 'entity: account', or write a rule with '" + name
                                        + "'");
            }
        }
        return !compiled.errors().any();
    }

    private static String reason(FeatureDefinition foreign) {
        String kind = foreign instanceof FeatureDefinition.Aggregated aggregated
                ? "over the windows of a "
                        + aggregated.aggregate().entity().name().toLowerCase(Locale.ROOT)
                : "a list";
        return kind + ": what is in it just when a transaction is taken in is not the same in every replay";
    }

    /** Features that were refused have no definition; the policy comes to nothing then. */
    private CanonicalForm form(Compiled<?> compiled) {
        return CanonicalForm.of(compiled.ast(), names, index -> {
            Known feature = known.get(index);
            return feature == null ? "refused" : feature.definition();
        });
    }

    private Map<Integer, FeatureDefinition> inputs(CanonicalForm form) {
        Map<Integer, FeatureDefinition> inputs = new TreeMap<>();
        for (int read : form.features()) {
            Known feature = known.get(read);
            inputs.putAll(feature == null ? Map.of() : feature.inputs());
        }
        return inputs;
    }

    private static String identity(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32);
    }
}
