package io.weir.training.evaluate;

import io.weir.training.evaluate.HandbookReport.Check;
import io.weir.training.evaluate.HandbookReport.Result;
import io.weir.training.evaluate.HandbookReport.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report for people: Markdown, and the table alone for a terminal. */
public final class HandbookMarkdown {
    private static final String ROW = "| %s | %s | %s | %s | %s |\n";

    private final StringBuilder text = new StringBuilder();

    private HandbookMarkdown() {}

    /** A page. {@code picture} is where it finds the curves. */
    static String of(HandbookReport report, String picture) {
        HandbookMarkdown page = new HandbookMarkdown();
        page.say("# The Fraud Detection Handbook's benchmark");
        page.say(
                "Written by `./weir evaluate handbook`, which makes the data, computes every feature by replay through the "
                        + "core that also serves, trains, and tests. Protocol: seven days to train, seven until labels are known, seven "
                        + "to test; cards known to be compromised are left out; four folds to choose on (validation), four later ones to "
                        + "report (test). AUC: area under the ROC curve. AP: average precision. CP@100: the share of frauds among the 100 "
                        + "cards that a day's scores put first. ± is the standard deviation over the folds.");
        page.say(
                "The published figures are from Le Borgne, Siblini, Lebichot, Bontempi: *Reproducible Machine Learning for "
                        + "Credit Card Fraud Detection – Practical Handbook* (2022).");
        page.say("## Results");
        page.results(report);
        page.say("![Precision and recall](" + picture + ")");
        page.say("Each curve is the mean of the four test folds.");
        page.say("## Checks");
        page.checks(report.checks());
        page.say("## Each fold: average precision");
        page.folds(report);
        if (!report.ablation().isEmpty()) {
            page.say("## Without each feature");
            page.ablation(report);
        }
        page.say("## What bounds the rest");
        page.signals(report);
        page.say("## What the model reads");
        page.say("XGBoost, 200 trees of depth 3, eta .05, exact splits, base score .5, on `"
                + String.join("`, `", Handbook.MODEL_FEATURES)
                + "`. The features were chosen on the validation folds, among ordinary windows. Their definitions, as a "
                + "policy has them:");
        page.text.append("```yaml\n").append(Handbook.policy()).append("```\n");
        return page.text.toString();
    }

    /** The results and the checks, for a terminal. */
    public static String summary(HandbookReport report) {
        HandbookMarkdown page = new HandbookMarkdown();
        page.results(report);
        page.checks(report.checks());
        if (!report.ablation().isEmpty()) {
            page.ablation(report);
        }
        page.signals(report);
        return aligned(page.text.toString().replace("*", ""));
    }

    /** The same with the columns of each table under one another. */
    static String aligned(String markdown) {
        StringBuilder aligned = new StringBuilder();
        List<String[]> table = new ArrayList<>();
        for (String line : markdown.lines().toList()) {
            if (line.startsWith("|")) {
                table.add(line.substring(1).strip().split(" ?\\| ?"));
                continue;
            }
            align(table, aligned);
            table.clear();
            aligned.append(line).append('\n');
        }
        align(table, aligned);
        return aligned.toString();
    }

    private static void align(List<String[]> table, StringBuilder into) {
        int columns = table.stream().mapToInt(cells -> cells.length).max().orElse(0);
        int[] widths = new int[columns];
        for (String[] cells : table) {
            for (int i = 0; i < cells.length; i++) {
                widths[i] = Math.max(widths[i], cells[i].equals("---") ? 0 : cells[i].length());
            }
        }
        for (String[] cells : table) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < cells.length; i++) {
                String cell = cells[i].equals("---") ? "-".repeat(widths[i]) : cells[i];
                line.append(cell).append(" ".repeat(widths[i] - cell.length() + 2));
            }
            into.append(line.toString().stripTrailing()).append('\n');
        }
    }

    private void results(HandbookReport report) {
        row("model", "on", "AUC", "AP", "CP@100");
        row("---", "---", "---", "---", "---");
        for (Published published : Published.ALL) {
            Quality quality = published.quality();
            row(
                    "published: " + published.model(),
                    published.where().text,
                    short3(quality.rocAuc()),
                    short3(quality.averagePrecision()),
                    short3(quality.cardPrecision()));
        }
        for (Result result : report.reproduced()) {
            result("reproduced, 15 features: " + result.name(), result);
        }
        result(
                "**Weir, " + report.ours().features() + " features: "
                        + report.ours().name() + "**",
                report.ours());
        text.append('\n');
    }

    private void result(String name, Result result) {
        Quality baseline = result.baselineSplit();
        row(
                name,
                "baseline split",
                HandbookRun.figure(baseline.rocAuc()),
                HandbookRun.figure(baseline.averagePrecision()),
                HandbookRun.figure(baseline.cardPrecision()));
        row(name, "validation folds", result.validation());
        row(name, "test folds", result.test());
    }

    private void checks(List<Check> checks) {
        text.append("| what | wanted | got | |\n| --- | --- | --- | --- |\n");
        for (Check check : checks) {
            text.append("| %s | %s | %s | %s |\n"
                    .formatted(check.what(), check.wanted(), check.got(), check.met() ? "met" : "**missed**"));
        }
        text.append('\n');
    }

    private void folds(HandbookReport report) {
        Result baseline = report.reproduced().getLast();
        text.append("| fold | trained from | tested from | 15 features | Weir | more |\n");
        text.append("| --- | --- | --- | --- | --- | --- |\n");
        folds("validation", baseline.validation(), report.ours().validation());
        folds("test", baseline.test(), report.ours().test());
        text.append('\n');
    }

    private void folds(String kind, Evaluation baseline, Evaluation ours) {
        for (int i = ours.folds().size() - 1; i >= 0; i--) { // in the order of time
            Split split = ours.folds().get(i).split();
            double before = baseline.folds().get(i).quality().averagePrecision();
            double after = ours.folds().get(i).quality().averagePrecision();
            text.append("| %s | %s | %s | %s | %s | %s |\n"
                    .formatted(
                            kind,
                            split.trainFrom(),
                            split.testFrom(),
                            HandbookRun.figure(before),
                            HandbookRun.figure(after),
                            HandbookRun.figure(after - before)));
        }
    }

    private void ablation(HandbookReport report) {
        row("without", "on", "AUC", "AP", "CP@100");
        row("---", "---", "---", "---", "---");
        row("(nothing)", "validation folds", report.ours().validation());
        row("(nothing)", "test folds", report.ours().test());
        for (Result result : report.ablation()) {
            row("`" + result.name() + "`", "validation folds", result.validation());
            row("`" + result.name() + "`", "test folds", result.test());
        }
        text.append('\n');
    }

    private void signals(HandbookReport report) {
        int frauds = report.signals().stream().mapToInt(Signal::frauds).sum();
        text.append("| before the decision, of a fraud on the test folds | frauds | share | found | genuine |\n");
        text.append("| --- | --- | --- | --- | --- |\n");
        for (Signal signal : report.signals()) {
            text.append(String.format(
                    Locale.ROOT,
                    ROW,
                    signal.name(),
                    signal.frauds(),
                    percent(signal.frauds(), frauds),
                    percent(signal.found(), signal.frauds()),
                    String.format(Locale.ROOT, "%,d", signal.genuine())));
        }
        text.append('\n');
        say(
                "Found: among as many of a fold's highest scores as it has frauds. Genuine: genuine transactions of the same "
                        + "kind. A model that put every fraud with one of the first three signals before all else, and could not tell the "
                        + "others at all, would reach " + HandbookRun.figures(report.ceiling())
                        + " (AUC / AP / CP@100).");
    }

    private void say(String paragraph) {
        text.append(paragraph).append("\n\n");
    }

    private void row(String name, String where, Evaluation evaluation) {
        Quality mean = evaluation.mean();
        Quality deviation = evaluation.deviation();
        row(
                name,
                where,
                spread(mean.rocAuc(), deviation.rocAuc()),
                spread(mean.averagePrecision(), deviation.averagePrecision()),
                spread(mean.cardPrecision(), deviation.cardPrecision()));
    }

    private void row(String... cells) {
        text.append(String.format(Locale.ROOT, ROW, (Object[]) cells));
    }

    private static String spread(double mean, double deviation) {
        return HandbookRun.figure(mean) + " ± " + short3(deviation);
    }

    private static String short3(double value) {
        return value == 1 ? "1" : String.format(Locale.ROOT, "%.3f", value).replaceFirst("^0\\.", ".");
    }

    private static String percent(int of, int all) {
        return all == 0 ? "–" : String.format(Locale.ROOT, "%.1f %%", 100.0 * of / all);
    }
}
