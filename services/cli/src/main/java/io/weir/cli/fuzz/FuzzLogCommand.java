package io.weir.cli.fuzz;

import io.weir.cli.Progress;
import io.weir.cli.Stack;
import io.weir.load.fuzz.LogFuzz;
import io.weir.server.audit.AuditFilter;
import io.weir.server.audit.AuditProgress;
import io.weir.server.audit.AuditReport;
import io.weir.server.audit.Auditor;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir fuzz log}: bad records. */
@Command(
        name = "log",
        sortOptions = false,
        description = {
            "Writes bad records to the transaction log and the control topic between good ones, and counts what became of each.",
            "Every good one must be decided once, every bad one on the transaction log be a dead letter once; no partition may "
                    + "stop, the views must hold the decisions, and an audit must verify all of them."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:nothing is wrong", "1:something is; it is named with its seed", "2:wrong usage"})
final class FuzzLogCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private FuzzRun run = new FuzzRun();

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Records to write (default: ${DEFAULT-VALUE}).")
    private int records;

    @Option(
            names = "--bad-share",
            paramLabel = "SHARE",
            defaultValue = "0.04",
            description =
                    "Share of bad records, 0 to 1 (default: ${DEFAULT-VALUE}: a circuit breaker of 5 %% stays closed).")
    private double badShare;

    @Option(
            names = "--giants",
            paramLabel = "N",
            defaultValue = "3",
            description = "Values of 20 MB among them that compress to less than the topic takes, 0 to 100 (default: "
                    + "${DEFAULT-VALUE}).")
    private int giants;

    @Override
    public Integer call() throws IOException, InterruptedException {
        FuzzRun.require(spec, records >= 1, "--records", records, "at least 1");
        FuzzRun.require(spec, badShare >= 0 && badShare <= 1, "--bad-share", badShare, "0 to 1");
        FuzzRun.require(spec, giants >= 0 && giants <= 100, "--giants", giants, "0 to 100");
        return run.run(spec, this::feed);
    }

    private FuzzRun.Outcome feed(Stack stack, Progress progress) throws IOException, InterruptedException {
        try (RegistryClient registry = new RegistryClient(stack.registryUrl())) {
            Schemas schemas = Schemas.load(registry, PATIENCE);
            LogFuzz.Result result = new LogFuzz(stack.cluster(), schemas, run.seed(), records, badShare, giants)
                    .run(PATIENCE, FuzzRun.counting(progress, "written", records));
            progress.endLine();
            List<String> faults = new ArrayList<>(FuzzRun.comesDown(stack, "weir_views_lag", 0));
            for (String id : result.decided()) {
                try {
                    ServerMeters.get(stack.url() + "/v1/decisions/" + id);
                } catch (FileNotFoundException e) {
                    faults.add("the views do not hold the decision on " + id);
                }
            }
            progress.say("Auditing ...");
            AuditReport audit = Objects.requireNonNull(
                    new Auditor(stack.cluster(), schemas).verify(AuditFilter.ALL, new AuditProgress(), () -> false));
            if (audit.result() != AuditReport.Result.VERIFIED) {
                faults.add("the audit: " + audit.text());
            }
            return new FuzzRun.Outcome(
                    result.counts(),
                    List.of("audit: " + audit.text().lines().findFirst().orElse("")),
                    faults);
        }
    }
}
