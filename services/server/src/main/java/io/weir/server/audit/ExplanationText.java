package io.weir.server.audit;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.policy.Label;
import io.weir.core.policy.Measure;
import io.weir.core.policy.Model;
import io.weir.events.ModelScore;
import io.weir.events.Reason;
import io.weir.server.audit.Explanation.ExplainedFeature;
import io.weir.server.audit.Explanation.ExplainedRule;
import io.weir.server.audit.PastEvents.Past;
import java.util.List;
import java.util.Locale;

/** An explanation for people: everything is there to be added up by hand. */
public final class ExplanationText {
    private final Explanation explanation;
    private final StringBuilder text = new StringBuilder();

    private ExplanationText(Explanation explanation) {
        this.explanation = explanation;
    }

    /** The text. */
    public static String of(Explanation explanation) {
        return new ExplanationText(explanation).write();
    }

    private String write() {
        line("Transaction %s of account %s: %s, score %s (review from %s, decline from %s)"
                .formatted(
                        explanation.transaction().transactionId(),
                        explanation.transaction().accountId(),
                        explanation.recorded().decision(),
                        number(explanation.recorded().score()),
                        number(explanation.policy().reviewAt()),
                        number(explanation.policy().declineAt())));
        line("");
        line("Inputs");
        explanation.inputs().forEach((name, value) -> line("  %-24s %s".formatted(name, value)));
        line("");
        line("Features (amounts in minor units)");
        explanation.features().forEach(this::feature);
        line("");
        line("Rules");
        explanation.rules().forEach(this::rule);
        line("");
        model();
        line("  %-5s %+6.1f  points of the rules that hold and of the model, kept between 0 and 100"
                .formatted("score", score()));
        line("");
        place();
        return text.toString();
    }

    /** What the model was fed, and what each value did to the log-odds. */
    private void model() {
        ModelScore said = explanation.recorded().model();
        Model model = explanation.policy().model();
        if (said == null || model == null) {
            line("Model: none in this policy");
            return;
        }
        line("Model %s: probability of fraud %.4f, which is %.1f points"
                .formatted(said.modelSha256(), said.probability(), said.points()));
        line("  log-odds %+.3f = %+.3f on average, and".formatted(said.margin(), said.meanMargin()));
        List<String> names = explanation.modelInputs();
        for (int i = 0; i < names.size(); i++) {
            double value = explanation.recorded().featureValues()[model.inputs().get(i)];
            line("    %+8.3f  %s = %s".formatted(said.contributions()[i], names.get(i), number(value)));
        }
        for (Reason reason : explanation.recorded().reasons()) {
            if (model.reasons().stream().anyMatch(of -> of.code().equals(reason.code()))) {
                line("  %-5s %+6.1f  %s: %s".formatted("", reason.weight(), reason.code(), reason.text()));
            }
        }
    }

    private double score() {
        return explanation.recomputed().score();
    }

    private void feature(ExplainedFeature feature) {
        Aggregate aggregate = feature.aggregate();
        line("  %s = %s".formatted(feature.name(), number(feature.value())));
        if (aggregate == null) {
            line("      " + feature.expression());
            return;
        }
        String id = aggregate.entity().idIn(explanation.transaction());
        String entity = aggregate.entity().name().toLowerCase(Locale.ROOT);
        if (id == null) {
            line("      the transaction names no %s".formatted(entity));
            return;
        }
        long throughMs = explanation.transaction().occurredAtMs() - aggregate.delayMs();
        line("      %s of %s %s after %s through %s: %,d transactions%s"
                .formatted(
                        function(aggregate),
                        entity,
                        id,
                        Explanation.time(throughMs - aggregate.windowMs()),
                        Explanation.time(throughMs),
                        feature.events(),
                        feature.addsUp() ? "" : ", WHICH ADD UP TO " + number(feature.addedUp())));
        selection(feature, aggregate);
        for (Past past : feature.window()) {
            line("        %-24s  %12d %s  %-8s %s of %s%s%s"
                    .formatted(
                            Explanation.time(past.transaction().occurredAtMs()),
                            past.transaction().amountMinor(),
                            past.transaction().currency(),
                            label(past),
                            past.transaction().transactionId(),
                            past.transaction().accountId(),
                            counted(aggregate, past),
                            valued(aggregate, past)));
        }
        if (feature.events() > feature.window().size()) {
            line("        and %,d older ones"
                    .formatted(feature.events() - feature.window().size()));
        }
        if (!feature.addsUp()) {
            line(
                    "        (older events of a busy entity are kept in panes, and those of a deleted part of the log are not "
                            + "listed)");
        }
    }

    /** Which transactions of the window the aggregate takes, and what of them. */
    private void selection(ExplainedFeature feature, Aggregate aggregate) {
        if (feature.filter() != null) {
            line("        only where  %s".formatted(feature.filter()));
        }
        if (feature.valued() != null) {
            line("        value       %s, in place of the amount".formatted(feature.valued()));
        }
        Label label = aggregate.label();
        if (label != null) {
            String known =
                    label == Label.KNOWN ? "fraud or genuine" : label.name().toLowerCase(Locale.ROOT);
            line("        only those labelled %s by then".formatted(known));
        }
        switch (aggregate.function()) {
            case SINCE_LAST -> line("        milliseconds since the first of these but the transaction itself");
            case COUNT_SINCE_LAST ->
                line("        all transactions after the first of these but the transaction itself, " + "without it");
            default -> {
                return;
            }
        }
    }

    private static String valued(Aggregate aggregate, Past past) {
        Measure measure = aggregate.measure();
        Double value = measure == null ? null : past.value(measure);
        return value == null ? "" : ", value " + number(value);
    }

    private static String function(Aggregate aggregate) {
        Entity kind = aggregate.distinct();
        return kind == null
                ? aggregate.function().name().toLowerCase(Locale.ROOT)
                : "distinct " + kind.name().toLowerCase(Locale.ROOT) + "s";
    }

    /** The id that a distinct count goes by. */
    private static String counted(Aggregate aggregate, Past past) {
        Entity kind = aggregate.distinct();
        return kind == null ? "" : ", " + kind.name().toLowerCase(Locale.ROOT) + " " + kind.idIn(past.transaction());
    }

    private static String label(Past past) {
        Boolean fraud = past.fraud();
        return fraud == null ? "" : fraud ? "FRAUD" : "genuine";
    }

    private void rule(ExplainedRule rule) {
        line("  %-6s %+5.0f  %s: %s"
                .formatted(
                        rule.hit() ? "holds" : rule.inShadow() ? "shadow" : "-",
                        rule.weight(),
                        rule.code(),
                        rule.condition()));
        if (rule.hit()) {
            line("                 %s".formatted(rule.reason()));
        }
    }

    private void place() {
        line("Positions");
        line("  %-24s %s, SHA-256 %s"
                .formatted(
                        "policy",
                        explanation.policy().id(),
                        explanation.policy().sha256()));
        line("  %-24s partition %d, offset %d"
                .formatted(
                        "transaction",
                        explanation.recorded().sourcePartition(),
                        explanation.recorded().sourceOffset()));
        line("  %-24s partition %d, offset %d, at %s"
                .formatted(
                        "decision",
                        explanation.recorded().sourcePartition(),
                        explanation.place().decisionOffset(),
                        Explanation.time(explanation.place().decidedAtMs())));
        line("  %-24s %s".formatted("made from", explanation.place().provenance()));
        line("  %-24s %s"
                .formatted("chain before the batch", explanation.place().chainBefore()));
        line("  %-24s %s".formatted("chain after the batch", explanation.place().chainAfter()));
        line("  %-24s %s".formatted("recomputed", explanation.identical() ? "identical" : "DIFFERENT"));
        Differences.between(explanation.recorded(), explanation.recomputed(), explanation.policy())
                .forEach(difference -> line("    %-22s recorded %s, recomputed %s"
                        .formatted(difference.field(), difference.recorded(), difference.recomputed())));
    }

    /** Whole numbers without a fraction. */
    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.valueOf(value);
    }

    private void line(String line) {
        text.append(line).append(System.lineSeparator());
    }
}
