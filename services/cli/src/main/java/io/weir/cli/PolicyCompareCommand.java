package io.weir.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.server.audit.AuditFilter;
import io.weir.server.audit.AuditProgress;
import io.weir.server.audit.Comparer;
import io.weir.server.audit.Comparison;
import io.weir.training.evaluate.Metrics;
import java.io.PrintWriter;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir policy compare}: policies in shadow beside what was decided. */
@Command(
        name = "compare",
        sortOptions = false,
        description = {
            "Puts what was decided and what policies decided in shadow side by side, over the transactions that all of them "
                    + "decided.",
            "Labels count as they are known at the end of the log. Nothing is written to the cluster."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "2:wrong usage, nothing decided in shadow, or the log could not be read"})
final class PolicyCompareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--policy",
            paramLabel = "SHA256",
            description =
                    "A policy that is or was in shadow, or the beginning of its SHA-256; repeatable (default: those in "
                            + "shadow now; if none is, all that were).")
    private List<String> policies = List.of();

    @Mixin
    private AuditTarget target = new AuditTarget();

    @Mixin
    private Period period = new Period();

    @Option(names = "--json", description = "Print JSON for programs.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // read by picocli
    private boolean help;

    @Override
    public Integer call() throws InterruptedException {
        AuditFilter filter = period.filter(spec, null, null);
        AuditRun run = new AuditRun(spec, json);
        return run.run(() -> target.use(run.progress(), (cluster, schemas) -> {
            AuditProgress progress = new AuditProgress();
            Comparison comparison =
                    run.watched(progress, () -> new Comparer(cluster, schemas).compare(policies, filter, progress));
            JsonObject report = report(comparison);
            PrintWriter out = spec.commandLine().getOut();
            out.print(json ? report.encodePrettily() + System.lineSeparator() : text(report));
            out.flush();
            return 0;
        }));
    }

    /** With what the scores are worth. */
    static JsonObject report(Comparison comparison) {
        JsonObject report = comparison.json();
        JsonArray sides = report.getJsonArray("sides");
        for (int i = 0; i < sides.size(); i++) {
            double[] scores = comparison.sides().get(i).scores();
            sides.getJsonObject(i)
                    .put("averagePrecision", number(Metrics.averagePrecision(scores, comparison.frauds())))
                    .put("rocAuc", number(Metrics.rocAuc(scores, comparison.frauds())));
        }
        return report;
    }

    /** For people. */
    static String text(JsonObject report) {
        List<JsonObject> sides = report.getJsonArray("sides").stream()
                .map(JsonObject.class::cast)
                .toList();
        StringBuilder text = new StringBuilder();
        text.append("%n%,d transactions that all of them decided; %,d labelled, %,d of these fraud%n%n"
                .formatted(report.getLong("compared"), report.getLong("labelled"), report.getLong("frauds")));
        row(text, "policy", sides, side -> side.getString("policy"));
        row(text, "sha256", sides, side -> shortened(side.getString("sha256")));
        row(text, "model", sides, side -> shortened(side.getString("model")));
        row(text, "decided", sides, side -> count(side.getLong("decided")));
        row(text, "alerts", sides, side -> count(side.getLong("alerts")));
        row(text, "differ from live", sides, side -> count(side.getLong("flips")));
        for (String name : List.of("fraudsAlerted", "fraudsApproved", "genuineAlerted", "genuineApproved")) {
            String words = name.replace("Alerted", " alerted").replace("Approved", " approved");
            row(text, words, sides, side -> count(side.getJsonObject("labelled").getLong(name)));
        }
        row(
                text,
                "precision",
                sides,
                side -> share(side.getJsonObject("labelled").getDouble("precision")));
        row(text, "recall", sides, side -> share(side.getJsonObject("labelled").getDouble("recall")));
        TreeSet<String> currencies = new TreeSet<>();
        sides.forEach(side -> currencies.addAll(
                side.getJsonObject("labelled").getJsonObject("fraudCaughtMinor").fieldNames()));
        for (String currency : currencies) {
            row(text, "caught, minor " + currency, sides, side -> value(side, "fraudCaughtMinor", currency));
            row(text, "missed, minor " + currency, sides, side -> value(side, "fraudMissedMinor", currency));
        }
        row(text, "average precision", sides, side -> figure(side.getDouble("averagePrecision")));
        row(text, "ROC AUC", sides, side -> figure(side.getDouble("rocAuc")));
        return text.append("%nNothing was written.%n".formatted()).toString();
    }

    private static void row(
            StringBuilder text, String name, List<JsonObject> sides, Function<JsonObject, String> figure) {
        text.append("  %-20s".formatted(name));
        sides.forEach(side -> text.append(" %18s".formatted(figure.apply(side))));
        text.append("%n".formatted());
    }

    private static String value(JsonObject side, String which, String currency) {
        return count(side.getJsonObject("labelled").getJsonObject(which).getLong(currency, 0L));
    }

    private static String count(long count) {
        return "%,d".formatted(count);
    }

    private static String share(@Nullable Double share) {
        return share == null ? "-" : "%.1f %%".formatted(share * 100);
    }

    private static String figure(@Nullable Double figure) {
        return figure == null ? "-" : "%.4f".formatted(figure);
    }

    private static String shortened(@Nullable String sha256) {
        return sha256 == null ? "-" : sha256.substring(0, Answers.SHORT);
    }

    private static @Nullable Double number(double figure) {
        return Double.isFinite(figure) ? figure : null;
    }
}
