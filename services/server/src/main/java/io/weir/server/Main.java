package io.weir.server;

import io.weir.server.topics.TopicsCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The server's own entry point, for an image that has nothing else in it. */
@Command(
        name = "weir-server",
        description = "Real-time fraud decisions from an event log in Apache Kafka.",
        mixinStandardHelpOptions = true,
        subcommands = {ServeCommand.class, TopicsCommand.class})
public final class Main {
    private Main() {}

    /** Runs a command; the exit status is the command's. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }
}
