package io.weir.peers.flink;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.weir.peers.PeerOptions;
import io.weir.peers.PeerPolicy;
import java.util.concurrent.Callable;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The peer on Apache Flink: a cluster of one process, in it. Says on standard output when it runs, and begins at the last
 * checkpoint in its directory, if there is one.
 */
@Command(name = "flink", mixinStandardHelpOptions = true, description = "Decides by Apache Flink.")
public final class Main implements Callable<Integer> {
    @Mixin
    private PeerOptions options = new PeerOptions();

    @Option(names = "--unaligned", description = "checkpoints overtake records that are in flight")
    private boolean unaligned;

    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        quieten();
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(options.threads(), Settings.of(options, unaligned));
        Job.define(environment, options, PeerPolicy.named(options));
        JobClient job = environment.executeAsync(options.applicationId());
        System.out.println("running");
        job.getJobExecutionResult().get();
        return 1; // the log has no end
    }

    /** The sink registers its metrics anew for every transaction, and each time a warning says so. */
    private static void quieten() {
        if (LoggerFactory.getLogger(MetricGroup.class) instanceof Logger metrics) {
            metrics.setLevel(Level.ERROR);
        }
    }
}
