package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.core.policy.Policy;
import io.weir.events.Decision;
import io.weir.events.Event;
import io.weir.events.EventWriter;
import io.weir.events.PolicyActivated;
import io.weir.events.PolicyPublished;
import io.weir.events.PolicyShadowed;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import io.weir.local.LocalStack;
import io.weir.server.health.HotKeys;
import io.weir.server.log.BatchTimes;
import io.weir.server.log.Cluster;
import io.weir.server.log.ControlLog;
import io.weir.server.log.KafkaSettings;
import io.weir.server.policy.DefaultPolicy;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import io.weir.server.score.Scorer;
import io.weir.server.score.ShadowScorer;
import io.weir.server.topics.TopicProvisioner;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands that read the log, over a stack of their own: what they print and how they end. */
@TestMethodOrder(OrderAnnotation.class)
class AuditCommandsTest {
    private static final long NOON_MS = 1_700_000_000_000L;
    private static final int COUNT = 40;

    @TempDir
    private static Path directory;

    private static LocalStack stack;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void decide() throws Exception {
        stack = LocalStack.start(directory);
        Cluster cluster = Cluster.at(stack.bootstrapServers());
        try (RegistryClient registry = new RegistryClient(stack.registryUrl())) {
            new TopicProvisioner(cluster, Duration.ofSeconds(30)).apply(2, registry);
            Schemas schemas = Schemas.load(registry, Duration.ofSeconds(10));
            String document = DefaultPolicy.document();
            Policy policy = compile(document);
            new ControlLog(cluster, schemas)
                    .append(List.of(
                            new PolicyPublished(policy.id(), policy.sha256(), document, NOON_MS, "test"),
                            new PolicyActivated(policy.id(), policy.sha256(), NOON_MS, "test"),
                            new PolicyShadowed(policy.id(), policy.sha256(), true, NOON_MS, "test")));
            for (int i = 0; i < COUNT; i++) {
                append(cluster, schemas, Topics.TRANSACTIONS, transaction(i));
            }
            // First: in shadow it begins where those are who decide.
            ShadowScorer shadow = new ShadowScorer(
                    cluster, "commands-shadow", schemas, AuditCommandsTest::compile, new SimpleMeterRegistry());
            shadow.start();
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> !shadow.isIdle() && shadow.notReadyBecause() == null);
            Scorer scorer = new Scorer(
                    cluster,
                    "commands",
                    schemas,
                    AuditCommandsTest::compile,
                    Duration.ofMillis(200),
                    new SimpleMeterRegistry(),
                    new BatchTimes(),
                    new HotKeys());
            scorer.start();
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> verifiedSoFar() == COUNT && runAlone("audit", "rebuild") == 0);
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> comparedSoFar() == COUNT);
            scorer.close();
            shadow.close();
        }
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    @Order(1)
    void verifyTellsThatAllIsWell() {
        assertThat(run("audit", "verify")).isZero();
        assertThat(out.toString()).contains("decisions verified", "40", "byte for byte", "/s");
    }

    @Test
    @Order(1)
    void verifyTellsItToProgramsToo() {
        assertThat(run("audit", "verify", "--json", "--account", "a1")).isZero();
        JsonObject json = new JsonObject(out.toString());
        assertThat(json.getString("result")).isEqualTo("VERIFIED");
        assertThat(json.getInteger("verified")).isEqualTo(COUNT / 4);
        assertThat(err.toString()).contains("records");
    }

    @Test
    @Order(1)
    void aRunningStackIsFoundByItsData() {
        assertThat(runAlone(out, err, "audit", "verify", "--data", directory.toString()))
                .isZero();
        assertThat(out.toString()).doesNotContain("Starting");
    }

    @Test
    @Order(1)
    void explainShowsTheEventsBehindAFeature() {
        assertThat(run("audit", "explain", "t39")).isZero();
        assertThat(out.toString())
                .contains("account_count_1h", "t35", "identical", "holds", "HIGH_VELOCITY", "log-odds");
        assertThat(run("audit", "explain", "nobody")).isEqualTo(2);
        assertThat(err.toString()).contains("weir audit explain: no decision on transaction nobody");
    }

    @Test
    @Order(1)
    void explainTellsItToProgramsToo() {
        assertThat(run("audit", "explain", "t39", "--json")).isZero();
        assertThat(new JsonObject(out.toString()).getString("recomputed")).isEqualTo("identical");
    }

    @Test
    @Order(1)
    void rebuildComparesTheSnapshots() {
        assertThat(run("audit", "rebuild", "--json")).isZero();
        JsonObject json = new JsonObject(out.toString());
        assertThat(json.getBoolean("same")).isTrue();
        assertThat(json.getJsonObject("accounts").getInteger("equal")).isEqualTo(4);
    }

    @Test
    @Order(1)
    void compareShowsTheSamePolicyInShadowToBeTheSame() {
        assertThat(run("policy", "compare", "--json")).isZero();
        JsonArray sides = new JsonObject(out.toString()).getJsonArray("sides");
        assertThat(sides).hasSize(2);
        JsonObject live = sides.getJsonObject(0);
        JsonObject shadow = sides.getJsonObject(1);
        assertThat(shadow.getInteger("decided")).isEqualTo(COUNT);
        assertThat(shadow.getInteger("flips")).isZero();
        assertThat(shadow.getInteger("alerts")).isEqualTo(live.getInteger("alerts"));
        assertThat(run("policy", "compare")).isZero();
        assertThat(out.toString()).contains("40 transactions that all of them decided");
        assertThat(run("policy", "compare", "--policy", "nothing")).isEqualTo(2);
        assertThat(err.toString()).contains("begins with 'nothing'");
    }

    @Test
    @Order(1)
    void backtestShowsWhatWouldHaveBeenDifferent(@TempDir Path policies) throws Exception {
        Path other = policies.resolve("other.yaml");
        Files.writeString(other, DefaultPolicy.document().replace("account_count_1h >= 8", "account_count_1h >= 3"));
        assertThat(run("backtest", "--policy", other.toString(), "--json")).isZero();
        assertThat(new JsonObject(out.toString()).getInteger("compared")).isEqualTo(COUNT);
        assertThat(new JsonObject(out.toString()).getInteger("flipped")).isPositive();

        Files.writeString(other, "id: broken\nrules: []\n");
        assertThat(run("backtest", "--policy", other.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("line 1, column 1", "thresholds");
    }

    @Test
    @Order(1)
    void trainReplaysTheLog(@TempDir Path directory) throws Exception {
        Path policy = Files.writeString(directory.resolve("policy.yaml"), DefaultPolicy.document());
        assertThat(run(
                        "train",
                        "--policy",
                        policy.toString(),
                        "--features",
                        "amount",
                        "--label-delay",
                        "0s",
                        "--hold-out",
                        "0d",
                        "--out",
                        directory.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("of 40 transactions in the range, 0 are labelled fraud");
    }

    @ParameterizedTest
    @Order(1)
    @ValueSource(
            strings = {
                "audit",
                "audit verify --from yesterday",
                "audit verify --from 2026-01-02T00:00:00Z --to 2026-01-01T00:00:00Z",
                "audit verify --partition -1",
                "audit verify --partition 7",
                "audit verify --bootstrap-servers 127.0.0.1:1",
                "audit verify --data /nowhere",
                "audit explain",
                "audit explain t1 --events -1",
                "backtest",
                "backtest --policy /nowhere/policy.yaml"
            })
    void whatCannotBeDoneEndsInTwoAndSaysWhy(String command) {
        String[] words = command.split(" ");
        boolean complete = command.contains("--data") || command.contains("--bootstrap") || words.length == 1;
        assertThat(complete ? runAlone(out, err, words) : run(words)).isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
    }

    @Test
    @Order(2)
    void anInsertedDecisionEndsInOneAlsoWhereTheStackIsStartedForIt() throws Exception {
        try (RegistryClient registry = new RegistryClient(stack.registryUrl())) {
            Schemas schemas = Schemas.load(registry, Duration.ofSeconds(10));
            TransactionSubmitted transaction = transaction(3);
            Event forged = new TransactionDecided(
                    transaction.transactionId(),
                    transaction.accountId(),
                    transaction.occurredAtMs(),
                    transaction.receivedAtMs(),
                    transaction.amountMinor(),
                    "EUR",
                    Decision.APPROVE,
                    0,
                    List.of(),
                    new double[0],
                    "default",
                    compile(DefaultPolicy.document()).sha256(),
                    0,
                    3,
                    7);
            append(Cluster.at(stack.bootstrapServers()), schemas, Topics.DECISIONS, forged);
        }
        stack.close();
        assertThat(runAlone(out, err, "audit", "verify", "--data", directory.toString()))
                .isEqualTo(1);
        assertThat(out.toString()).contains("Starting", "unexpected", "t3", "DOES NOT FOLLOW");
        stack = LocalStack.start(directory);
    }

    private static long verifiedSoFar() {
        StringWriter json = new StringWriter();
        int status = runAlone(json, new StringWriter(), connected("audit", "verify", "--json"));
        return status == 0 ? new JsonObject(json.toString()).getLong("verified") : -1;
    }

    private static long comparedSoFar() {
        StringWriter json = new StringWriter();
        int status = runAlone(json, new StringWriter(), connected("policy", "compare", "--json"));
        return status == 0 ? new JsonObject(json.toString()).getLong("compared") : -1;
    }

    private static int runAlone(String... args) {
        return runAlone(new StringWriter(), new StringWriter(), connected(args));
    }

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return runAlone(out, err, connected(args));
    }

    private static String[] connected(String... args) {
        String[] all = Arrays.copyOf(args, args.length + 4);
        all[args.length] = "--bootstrap-servers";
        all[args.length + 1] = stack.bootstrapServers();
        all[args.length + 2] = "--registry";
        all[args.length + 3] = stack.registryUrl();
        return all;
    }

    private static int runAlone(StringWriter out, StringWriter err, String... args) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(args);
    }

    private static Policy compile(String document) {
        try {
            return new PolicyCompiler().compile(document);
        } catch (PolicyException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TransactionSubmitted transaction(int number) {
        return new TransactionSubmitted(
                "t" + number,
                "a" + number % 4,
                NOON_MS + number * 60_000L,
                NOON_MS + number * 60_000L,
                number == 39 ? 50_000 : 1_000 + number,
                "EUR",
                "s" + number % 3,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static void append(Cluster cluster, Schemas schemas, Topics topic, Event event) throws Exception {
        Map<String, Object> settings = new HashMap<>(KafkaSettings.controlProducer(cluster));
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic.topicName(), event.key(), new EventWriter(schemas).write(event)))
                    .get();
        }
    }
}
