package io.weir.cli;

import io.weir.cli.bench.BenchCommand;
import io.weir.cli.drill.DrillCommand;
import io.weir.cli.fuzz.FuzzCommand;
import io.weir.cli.status.StatusCommand;
import io.weir.server.ServeCommand;
import io.weir.server.topics.TopicsCommand;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir}: every command there is. */
@Command(
        name = "weir",
        sortOptions = false,
        description = "Real-time fraud decisions from an event log in Apache Kafka.",
        version = "weir 0.1.0-SNAPSHOT",
        mixinStandardHelpOptions = true,
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            ServeCommand.class,
            TopicsCommand.class,
            SimulateCommand.class,
            PolicyCommand.class,
            ModelCommand.class,
            ListCommand.class,
            DeadLettersCommand.class,
            StatusCommand.class,
            AuditCommand.class,
            BacktestCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            BenchCommand.class,
            FuzzCommand.class,
            DrillCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {"", "Every command explains itself: weir COMMAND --help"})
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    /** Runs a command; the exit status is the command's. */
    public static void main(String[] args) {
        // A server writes its log to standard output; the other commands write for people.
        if (!Arrays.asList(args).contains("serve")) {
            System.setProperty("logback.configurationFile", "weir-cli-logback.xml");
        }
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAllowSubcommandsAsOptionParameters(true) // bench --only memory
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println("weir: " + e.getMessage());
                    return 1;
                });
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command.");
    }
}
