package io.weir.cli;

import io.weir.events.Topics;
import io.weir.local.Life;
import io.weir.local.LocalHome;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir up}: the whole stack in the foreground, until Ctrl-C. */
@Command(
        name = "up",
        sortOptions = false,
        description = {
            "Runs Weir in the foreground, with a Kafka broker and a schema registry of its own, on 127.0.0.1.",
            "Ctrl-C stops everything; the data stays and is found again."
        })
final class UpCommand implements Callable<Integer> {
    private static final Duration WATCH = Duration.ofMillis(500);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StackOptions options = new StackOptions();

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where data and logs are kept (default: .weir/up in Weir's directory).")
    private Path dataDirectory = Path.of("");

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Path home = LocalHome.find().root();
        Path directory = dataDirectory.toString().isEmpty() ? home.resolve(".weir/up") : dataDirectory.toAbsolutePath();
        long startedNs = System.nanoTime();
        // Ctrl-C ends this process, and with it, in order, the children: the last started first.
        try (Stack stack = Stack.start(options, directory, Life.LONG, out)) {
            out.println(guide(stack, home, Duration.ofNanos(System.nanoTime() - startedNs)));
            out.flush();
            while (stack.serverIsAlive()) {
                Thread.sleep(WATCH);
            }
            spec.commandLine().getErr().println("The server has ended; its log: " + stack.serverLog());
            return 1;
        }
    }

    private static String guide(Stack stack, Path home, Duration took) throws IOException {
        long nowMs = System.currentTimeMillis();
        String libs = Path.of("").toAbsolutePath().equals(home)
                ? "deploy/local/runtime/target/kafka/libs"
                : LocalHome.find().kafkaLibs().toString();
        return """

                Weir is ready after %.1f s.

                  HTTP             %s   (interface: %s/openapi.yaml)
                  Kafka            %s
                  schema registry  %s
                  server process   %d, log %s
                  state            %s

                Submit a transaction and get the decision (the first ones find a cold JVM, so this allows 5 s, not 100 ms):

                  curl -s %s/v1/transactions -H 'Content-Type: application/json' -H 'Prefer: wait=5' -d '{
                    "transactionId": "example-%d", "accountId": "account-1", "occurredAtMs": %d,
                    "amountMinor": 250000, "currency": "EUR", "terminalId": "terminal-1"}'

                Read the fraud alerts with Kafka's own console consumer (values are Avro; keys are account ids):

                  java -cp '%s/*' org.apache.kafka.tools.consumer.ConsoleConsumer \\
                    --bootstrap-server %s --topic %s --from-beginning --isolation-level read_committed \\
                    --formatter-property print.key=true

                or as JSON: curl -s %s/v1/alerts and, as they come, curl -sN %s/v1/alerts/stream

                Ctrl-C stops everything.""".formatted(
                        took.toMillis() / 1000.0,
                        stack.url(),
                        stack.url(),
                        stack.cluster().bootstrapServers(),
                        stack.registryUrl(),
                        stack.serverPid(),
                        relative(home, stack.serverLog()),
                        stack.restored(),
                        stack.url(),
                        nowMs / 1000,
                        nowMs,
                        libs,
                        stack.cluster().bootstrapServers(),
                        Topics.FRAUD_ALERTS.topicName(),
                        stack.url(),
                        stack.url());
    }

    private static Path relative(Path home, Path path) {
        return path.startsWith(home) ? home.relativize(path) : path;
    }
}
