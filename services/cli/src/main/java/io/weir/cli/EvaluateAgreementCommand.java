package io.weir.cli;

import io.weir.core.policy.Policy;
import io.weir.local.Life;
import io.weir.local.LocalHome;
import io.weir.server.policy.DefaultPolicy;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import io.weir.training.simulator.SimulatedTransaction;
import io.weir.training.simulator.Simulator;
import io.weir.training.simulator.Simulator.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir evaluate agreement}: what is served is what was evaluated. */
@Command(
        name = "agreement",
        sortOptions = false,
        description = {
            "Submits benchmark transactions and their labels over HTTP to a stack of its own, and compares every feature and "
                    + "score in the decisions with the offline evaluation's, bit for bit.",
            "One partition: then the order on the log is that of the submission, and so is what each decision has seen."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all agree", "1:some differ, which are shown", "2:wrong usage"})
final class EvaluateAgreementCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StackOptions options = new StackOptions();

    @Option(
            names = "--transactions",
            paramLabel = "N",
            defaultValue = "100000",
            description = "How many, 1 to 1754155 (default: ${DEFAULT-VALUE}).")
    private int transactions;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (options.existing() != null) {
            throw new ParameterException(
                    spec.commandLine(), "--bootstrap-servers: this needs a stack of its own; leave it out");
        }
        List<SimulatedTransaction> history =
                Simulator.simulate(Parameters.PUBLISHED).startingAtDay(0);
        if (transactions < 1 || transactions > history.size()) {
            throw new ParameterException(
                    spec.commandLine(), "--transactions is " + transactions + "; give 1 to " + history.size());
        }
        Progress progress = Progress.of(spec, false);
        Path directory = LocalHome.find().root().resolve(".weir/agreement");
        Directory.startAfresh(directory);
        options.useOnePartition();
        try (Stack stack = Stack.start(options, directory, Life.SHORT, progress.writer())) {
            Agreement.Result result = new Agreement(policy(), history.subList(0, transactions))
                    .submitted(stack, progress)
                    .compared(stack, progress);
            spec.commandLine().getOut().println(result.text());
            spec.commandLine().getOut().flush();
            return result.agrees() ? 0 : 1;
        }
    }

    /** The one that the stack was started with. */
    private Policy policy() throws IOException {
        Path file = options.policy();
        try {
            return new PolicyCompiler().compile(file == null ? DefaultPolicy.document() : Files.readString(file));
        } catch (PolicyException e) {
            throw new ParameterException(spec.commandLine(), "--policy: " + e.getMessage(), e);
        }
    }
}
