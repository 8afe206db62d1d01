package io.weir.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.TransactionDecided;
import io.weir.local.ChildJvm;
import io.weir.local.ChildProcess;
import io.weir.local.LocalHome;
import io.weir.local.LocalStack;
import io.weir.server.policy.DefaultPolicy;
import io.weir.server.policy.PolicyCompiler;
import io.weir.training.simulator.Simulator.Parameters;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each peer decides as the core does in the order of the log, once each, also if it is killed while at work. */
class PeersTest {
    private static final long SEED = 5;
    /** Few accounts and terminals over 24 days: windows fill, and labels of 17 days come to count. */
    private static final Parameters SMALL = new Parameters(60, 20, 24, LocalDate.of(2018, 4, 1), 50);

    private static final int PARTITIONS = 2;
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    @Test
    void kafkaStreamsDecidesAsTheCoreDoesThoughItIsKilled(@TempDir Path directory) throws Exception {
        decidesAsTheCoreDoes("streams", CLASS_PATH, directory);
    }

    @Test
    void flinkDecidesAsTheCoreDoesThoughItIsKilled(@TempDir Path directory) throws Exception {
        Path own = LocalHome.find().root().resolve("load-tests/peers/target/flink-lib");
        decidesAsTheCoreDoes("flink", own + "/*" + File.pathSeparator + CLASS_PATH, directory);
    }

    private static void decidesAsTheCoreDoes(String peer, String classPath, Path directory) throws Exception {
        LocalStack stack = LocalStack.shared();
        PeerLog log = new PeerLog(stack.bootstrapServers(), stack.registryUrl());
        String transactions = peer + "-transactions";
        String decisions = peer + "-decisions";
        log.create(transactions, 1);
        log.create(decisions, PARTITIONS);
        HandbookLog history = new HandbookLog(SMALL, SEED, true);
        List<Event> events = history.events();
        Policy policy = new PolicyCompiler().compile(DefaultPolicy.document());
        List<TransactionDecided> expected = history.decided(policy);
        assertThat(expected).hasSizeGreaterThan(2_000);

        log.append(transactions, events.subList(0, events.size() / 2));
        ChildProcess.Spec spec = spec(stack, peer, classPath, transactions, decisions, directory);
        try (ChildProcess first = ChildProcess.start(spec, () -> true, Duration.ofSeconds(10))) {
            log.decisions(decisions, PARTITIONS, some -> some.size() > 200);
            log.append(transactions, events.subList(events.size() / 2, events.size()));
            first.kill();
        }
        List<TransactionDecided> decided = new ArrayList<>();
        ChildProcess second = ChildProcess.start(spec, () -> true, Duration.ofSeconds(10));
        try {
            decided.addAll(log.decisions(decisions, PARTITIONS, some -> distinct(some) == expected.size()));
        } finally {
            second.kill();
        }
        decided.sort(Comparator.comparingLong(TransactionDecided::sourceOffset));
        assertThat(decided).as("decisions of %s, seed %s", peer, SEED).isEqualTo(expected);
    }

    private static long distinct(List<TransactionDecided> decided) {
        return decided.stream()
                .map(TransactionDecided::transactionId)
                .distinct()
                .count();
    }

    private static ChildProcess.Spec spec(
            LocalStack stack, String peer, String classPath, String transactions, String decisions, Path directory) {
        return new ChildProcess.Spec(
                "peer-" + peer,
                directory.resolve(peer),
                ChildJvm.command(List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx512m",
                        "-cp",
                        classPath,
                        "io.weir.peers." + peer + ".Main",
                        "--bootstrap-servers",
                        stack.bootstrapServers(),
                        "--registry",
                        stack.registryUrl(),
                        "--transactions",
                        transactions,
                        "--decisions",
                        decisions,
                        "--application-id",
                        "peer-" + peer,
                        "--threads",
                        "1",
                        "--commit-interval-ms",
                        "100",
                        "--state-dir",
                        directory.resolve(peer).resolve("state").toString())));
    }
}
