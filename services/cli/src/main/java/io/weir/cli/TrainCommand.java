package io.weir.cli;

import io.weir.core.policy.Policy;
import io.weir.events.Topics;
import io.weir.server.log.History;
import io.weir.server.log.LogHistory;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import io.weir.training.learn.GradientBoosting;
import io.weir.training.model.ModelCard;
import io.weir.training.model.ModelTraining;
import io.weir.training.model.PolicyFeatures;
import io.weir.training.model.TrainingData;
import io.weir.training.replay.FeatureReplay;
import io.weir.training.replay.FeatureTable;
import io.weir.training.replay.LabelledTransaction;
import io.weir.training.replay.LogReplay;
import io.weir.training.replay.TransactionCsv;
import io.weir.training.simulator.SimulatedTransactions;
import io.weir.training.simulator.Simulator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir train}: a model for a policy. */
@Command(
        name = "train",
        sortOptions = false,
        description = {
            "Trains a model on the features of a policy, computed by replaying transactions and labels through the core that "
                    + "serves, and writes model.json, model-card.md and model-card.json.",
            "By default it reads the transactions and labels on the log of a cluster, up to its end; transactions without a "
                    + "label count as genuine there. The same input gives the same bytes."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "2:wrong usage, a policy with errors, or data that cannot be read or learnt from"})
final class TrainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--policy", required = true, paramLabel = "FILE", description = "The policy with the features.")
    private Path policyFile = Path.of("");

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Where to write; made if it is not there.")
    private Path out = Path.of("");

    @ArgGroup
    private Source source = new Source();

    /** Where transactions are from, if not from a log. */
    static final class Source {
        @Option(names = "--simulate", description = "Train on the public benchmark's 183 simulated days.")
        private boolean simulate;

        @Option(
                names = "--transactions",
                paramLabel = "FILE",
                description = "Train on labelled transactions as CSV, in the columns that weir simulate writes.")
        private @Nullable Path transactions;
    }

    @Mixin
    private AuditTarget log = new AuditTarget();

    @Option(
            names = "--features",
            split = ",",
            paramLabel = "NAME",
            description = "What the model reads, in order (default: the features under the policy's 'model').")
    private List<String> features = List.of();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            converter = EventTime.class,
            description = "Learn from transactions that occurred from then on, for example 2018-05-01 or "
                    + "2018-05-01T12:00:00Z. What was before is replayed only, to fill the windows.")
    private long fromMs = Long.MIN_VALUE;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            converter = EventTime.class,
            description = "Learn from transactions that occurred before then.")
    private long toMs = Long.MAX_VALUE;

    @Option(
            names = "--label-delay",
            paramLabel = "DURATION",
            defaultValue = "7d",
            converter = LengthOfTime.class,
            description =
                    "How long labels take (default: ${DEFAULT-VALUE}). On a log, the transactions of the last 7d are "
                            + "not learnt from; elsewhere, labels become known after it. The time held out begins as long after "
                            + "what is learnt from.")
    private Duration labelDelay = Duration.ZERO;

    @Option(
            names = "--hold-out",
            paramLabel = "DURATION",
            defaultValue = "7d",
            converter = LengthOfTime.class,
            description =
                    "Length of the end of the range that the model is measured on (default: ${DEFAULT-VALUE}; 0d: "
                            + "nothing is measured).")
    private Duration holdOut = Duration.ZERO;

    @Option(
            names = "--refit",
            description = "Once it was measured, train again on the whole range and write that model.")
    private boolean refit;

    @Option(
            names = "--trees",
            defaultValue = "200",
            paramLabel = "N",
            description = "How many (default: ${DEFAULT-VALUE}).")
    private int trees;

    @Option(
            names = "--depth",
            defaultValue = "3",
            paramLabel = "N",
            description = "Greatest depth of a tree (default: ${DEFAULT-VALUE}).")
    private int depth;

    @Option(
            names = "--eta",
            defaultValue = "0.05",
            paramLabel = "RATE",
            description = "How much of each tree counts, above 0 up to 1 (default: ${DEFAULT-VALUE}).")
    private double eta;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // read by picocli
    private boolean help;

    @Override
    public Integer call() throws InterruptedException {
        requireInRange();
        return new AuditRun(spec, false).run(() -> {
            String document = read(policyFile);
            Policy policy = compile(document);
            List<String> inputs = inputs(policy, document);
            Progress progress = Progress.of(spec, false);
            TrainingData data = data(policy, inputs, progress);
            progress.line("training %d trees of depth %d on up to %,d transactions, one thread"
                    .formatted(trees, depth, data.table().rows()));
            ModelTraining.Trained trained = new ModelTraining(
                            new GradientBoosting.Settings(trees, eta, depth), holdOut, labelDelay, refit)
                    .train(data.table());
            progress.endLine();
            ModelCard card = new ModelCard(policy, document, data, trained);
            PrintWriter console = spec.commandLine().getOut();
            card.summary().forEach((what, value) -> console.println("%-26s %s".formatted(what, value)));
            card.write(out).forEach(file -> console.println("wrote " + file));
            console.flush();
            return 0;
        });
    }

    private void requireInRange() {
        require(trees >= 1 && trees <= 10_000, "--trees is " + trees + "; give 1 to 10000");
        require(depth >= 1 && depth <= 16, "--depth is " + depth + "; give 1 to 16");
        require(eta > 0 && eta <= 1, "--eta is " + eta + "; give more than 0, up to 1");
        require(fromMs < toMs, "--from is not before --to");
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private List<String> inputs(Policy policy, String document) {
        List<String> inputs = features.isEmpty() ? PolicyFeatures.ofModel(document) : features;
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException(
                    "the policy names no features for a model; name them with --features, out of "
                            + String.join(",", policy.featureNames()));
        }
        return inputs;
    }

    private TrainingData data(Policy policy, List<String> inputs, Progress progress)
            throws IOException, InterruptedException {
        if (source.simulate) {
            progress.line("simulating");
            SimulatedTransactions simulated = Simulator.simulate(Simulator.Parameters.PUBLISHED);
            return replayed(
                    policy,
                    inputs,
                    () -> simulated.stream().map(LabelledTransaction::of).iterator(),
                    simulated.size(),
                    "simulated: the public benchmark of the Fraud Detection Handbook, 183 days from 2018-04-01",
                    progress);
        }
        if (source.transactions != null) {
            requireReadable(source.transactions);
            try (Reader csv = Files.newBufferedReader(source.transactions)) {
                progress.line("reading " + source.transactions);
                List<LabelledTransaction> read = TransactionCsv.read(csv);
                return replayed(
                        policy, inputs, read, read.size(), "the file " + source.transactions.getFileName(), progress);
            }
        }
        return log.use(progress.writer(), (cluster, schemas) -> {
            try (History history = new LogHistory(cluster, "weir-train", Set.of(Topics.TRANSACTIONS), Map.of())) {
                LogReplay.Replayed replayed = new LogReplay(policy, inputs, schemas)
                        .run(
                                history,
                                fromMs,
                                toMs,
                                labelDelay.toMillis(),
                                records -> progress.line("replaying: %,d records".formatted(records)));
                return new TrainingData(
                        replayed.table(),
                        "the log, " + Topics.TRANSACTIONS.topicName()
                                + "; transactions without a label count as genuine",
                        replayed.stretches(),
                        replayed.transactions(),
                        replayed.labels());
            }
        });
    }

    private TrainingData replayed(
            Policy policy,
            List<String> inputs,
            Iterable<LabelledTransaction> history,
            int size,
            String name,
            Progress progress) {
        progress.line("replaying %,d transactions".formatted(size));
        FeatureTable table = new FeatureReplay(policy, inputs, labelDelay.toMillis()).run(history, fromMs, toMs);
        return new TrainingData(table, name, List.of(), size, size);
    }

    private static Policy compile(String document) {
        try {
            return new PolicyCompiler().compile(document);
        } catch (PolicyException e) {
            throw new IllegalArgumentException("the policy has errors:" + System.lineSeparator() + e.getMessage(), e);
        }
    }

    private static String read(Path file) throws IOException {
        requireReadable(file);
        return Files.readString(file);
    }

    private static void requireReadable(Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException("the file " + file + " cannot be read");
        }
    }
}
