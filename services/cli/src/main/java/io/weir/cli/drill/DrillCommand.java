package io.weir.cli.drill;

import io.vertx.core.json.JsonArray;
import io.weir.cli.Progress;
import io.weir.cli.drill.DrillResult.Effect;
import io.weir.load.report.Table;
import io.weir.load.report.TextReport;
import io.weir.local.BrokerVersion;
import io.weir.local.LocalHome;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir drill}: breaks a running Weir on purpose, and balances its books. */
@Command(
        name = "drill",
        sortOptions = false,
        description = {
            "Starts brokers, a registry and Weir's instances as processes of their own, sends payments over HTTP, breaks things",
            "meanwhile, and then balances the books: every payment acknowledged has exactly one committed decision, the one its",
            "caller was told; no decision without a payment; alerts as decisions say; an audit verifies every decision."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all books balance, whether times were as promised or not",
            "1:some do not, or a drill did not come to its end; its directory stays",
            "2:wrong usage"
        })
public final class DrillCommand implements Callable<Integer> {
    private static final String ALL = "all";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "A drill, or all. Without it: the list of drills.")
    private String name = "";

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "What is broken when, and what is paid, follow from it (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "1",
            description = "Do it with so many seeds, one after the other, from --seed on (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "200",
            description = "Payments a second (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--kafka",
            paramLabel = "VERSION",
            description =
                    "Brokers of this version, 3.0.0 or newer, fetched if need be; not for rolling-upgrade (default: "
                            + "Weir's own).")
    private @Nullable String kafka;

    @Option(
            names = "--from",
            paramLabel = "VERSION",
            description =
                    "rolling-upgrade: what the brokers are at first (default: 3.3.1, the oldest that 4.x takes over).")
    private @Nullable String from;

    @Option(
            names = "--to",
            paramLabel = "VERSION",
            description = "rolling-upgrade: what they become (default: Weir's own).")
    private @Nullable String to;

    @Option(names = "--short", description = "Only the essence of it.")
    private boolean shortened;

    @Option(names = "--json", description = "Print the results as JSON, and progress to standard error.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // read by picocli
    private boolean help;

    @Override
    public Integer call() throws InterruptedException {
        if (!(rate >= 1 && rate <= 20_000)) {
            throw new ParameterException(spec.commandLine(), "--rate is " + rate + "; give 1 to 20000");
        }
        if (seeds < 1) {
            throw new ParameterException(spec.commandLine(), "--seeds is " + seeds + "; give at least 1");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (name.isEmpty()) {
            Table table = new Table("weir drill NAME", "drill", "what it does");
            drills().all().forEach(drill -> table.row(drill.name(), drill.summary()));
            out.print(TextReport.of(table));
            out.flush();
            return 0;
        }
        List<DrillResult> results = run(chosen(), Progress.of(spec, json));
        if (json) {
            out.println(new JsonArray(results.stream().map(DrillResult::json).toList()).encodePrettily());
        } else {
            out.print(text(results));
        }
        out.flush();
        return results.stream().allMatch(DrillResult::isSound) ? 0 : 1;
    }

    private List<Drill> chosen() {
        Drills drills = drills();
        try {
            return name.equals(ALL) ? drills.all() : List.of(drills.named(name));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Drills drills() {
        try {
            return Drills.with(new RollingUpgrade(
                    version(from, BrokerVersion.OLDEST_FOR_PRODUCTION), version(to, BrokerVersion.own())));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--from, --to: " + e.getMessage(), e);
        }
    }

    private static BrokerVersion version(@Nullable String asked, BrokerVersion otherwise) {
        return asked == null ? otherwise : BrokerVersion.of(asked);
    }

    private BrokerVersion kafka() {
        try {
            return version(kafka, BrokerVersion.own());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--kafka: " + e.getMessage(), e);
        }
    }

    private List<DrillResult> run(List<Drill> drills, Progress progress) throws InterruptedException {
        Path root = LocalHome.find().root().resolve(".weir/drill");
        BrokerVersion brokers = kafka();
        List<DrillResult> results = new ArrayList<>();
        for (Drill drill : drills) {
            if (!drill.obstacle().isEmpty()) {
                progress.say(drill.name() + " is left out: " + drill.obstacle());
                continue;
            }
            for (long each = seed; each < seed + seeds; each++) {
                Path directory = root.resolve(drill.name() + "-" + each);
                DrillResult result = new DrillRun(drill, each, rate, shortened, brokers, directory, progress).run();
                results.add(result);
                if (!result.isSound()) {
                    progress.say("  FAILED: " + result.failure() + "\n  Everything lies in " + directory
                            + "; again: weir drill " + drill.name() + " --seed " + each
                            + (shortened ? " --short" : ""));
                }
            }
        }
        return results;
    }

    private static String text(List<DrillResult> results) {
        Table books = new Table(
                "books",
                "drill",
                "seed",
                "acknowledged",
                "decided",
                "lost",
                "doubled",
                "told otherwise",
                "alerts",
                "off",
                "dead letters",
                "verified, %",
                "p99, ms",
                "verdict");
        Table times = new Table(
                "times, in seconds; late: until the last decision more than 1 s after its payment",
                "drill",
                "seed",
                "what was done",
                "times",
                "longest without decisions",
                "at most",
                "late for");
        Table measures = new Table("figures of single drills", "drill", "seed", "figure", "value");
        for (DrillResult result : results) {
            String seedText = String.valueOf(result.seed());
            Balance balance = result.balance();
            if (balance != null) {
                books.row(
                        result.drill(),
                        seedText,
                        balance.acknowledged(),
                        balance.decided(),
                        balance.lost(),
                        balance.doubled() + balance.strangers(),
                        balance.contradicted(),
                        balance.alerts(),
                        balance.alertsMissing() + balance.alertsExcess(),
                        balance.deadLetters(),
                        100.0 * balance.verified() / Math.max(1, balance.decided()),
                        result.p99Ms(),
                        result.verdict());
            }
            for (Effect effect : result.effects()) {
                times.row(
                        result.drill(),
                        seedText,
                        effect.what(),
                        effect.times(),
                        effect.gapSeconds(),
                        effect.targetSeconds(),
                        effect.lateSeconds());
            }
            result.measures().forEach((figure, value) -> measures.row(result.drill(), seedText, figure, value));
        }
        StringBuilder text = new StringBuilder();
        for (Table table : List.of(books, times, measures)) {
            if (!table.rows().isEmpty()) {
                text.append('\n').append(TextReport.of(table));
            }
        }
        results.stream()
                .filter(result -> !result.isSound())
                .forEach(result ->
                        text.append("\n%s, seed %d: %s%n".formatted(result.drill(), result.seed(), result.failure())));
        return text.toString();
    }
}
