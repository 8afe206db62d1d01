package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.events.Sha256;
import io.weir.server.policy.DefaultPolicy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What commands say to people who ask or err. */
class CommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "up",
                "serve",
                "topics",
                "simulate",
                "policy",
                "model",
                "list",
                "dead-letters",
                "status",
                "audit",
                "backtest",
                "train",
                "evaluate",
                "bench"
            })
    void everyCommandHasHelp(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: weir " + command).contains("--help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shadow", "unshadow", "compare"})
    void everyStepOfAPolicyInShadowHasHelp(String step) {
        assertThat(run("policy", step, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: weir policy " + step).contains("--help");
    }

    @Test
    void withoutACommandItSaysWhichThereAre() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("Name a command").contains("demo").contains("up");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--count=0", "--rate=0", "--start-day=183", "--warm-up=-1", "--count=x", "--unknown"})
    void demoRefusesWhatItCannotDoAndNamesTheOption(String option) {
        assertThat(run("demo", option)).isEqualTo(2);
        assertThat(err.toString()).contains(option.split("=")[0]);
    }

    @Test
    void aClusterWithoutARegistryIsRefused() {
        assertThat(run("up", "--bootstrap-servers", "localhost:1")).isEqualTo(1);
        assertThat(err.toString()).contains("--bootstrap-servers and --registry go together");
    }

    @Test
    void simulateWritesTheBenchmarksRows(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("transactions.csv");
        assertThat(run("simulate", "--days", "2", "--out", file.toString())).isZero();
        assertThat(Files.readAllLines(file).getFirst()).startsWith("transaction_id,datetime,customer_id");
        assertThat(out.toString()).contains("transactions, ");
    }

    @Test
    void trainWritesAModelAndItsCard(@TempDir Path directory) throws Exception {
        Path policy = Files.writeString(directory.resolve("policy.yaml"), DefaultPolicy.document());
        Path file = Files.writeString(directory.resolve("transactions.csv"), transactions());
        String[] command = {
            "train",
            "--policy",
            policy.toString(),
            "--transactions",
            file.toString(),
            "--out",
            directory.resolve("model").toString(),
            "--features",
            "amount,ratio",
            "--trees",
            "5"
        };

        assertThat(run(command)).as(err.toString()).isZero();

        assertThat(out.toString()).contains("average precision", "model.json", "600 transactions");
        assertThat(Files.readString(directory.resolve("model/model.json"))).contains("ratio");
        assertThat(Files.readString(directory.resolve("model/model-card.md"))).contains("transactions.csv");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--trees 0",
                "--depth 99",
                "--eta 0",
                "--from yesterday",
                "--label-delay week",
                "--features nothing",
                "--from 2018-04-02 --to 2018-04-01",
                "--to 2018-04-01",
                "--transactions /nowhere"
            })
    void trainRefusesWhatItCannotDoAndSaysWhy(String options, @TempDir Path directory) throws Exception {
        Path policy = Files.writeString(directory.resolve("policy.yaml"), DefaultPolicy.document());
        Path file = Files.writeString(directory.resolve("transactions.csv"), transactions());
        String source = options.contains("--transactions") ? "" : " --transactions " + file;
        String features = options.contains("--features") ? "" : " --features amount";

        assertThat(run(("train --policy " + policy + " --out " + directory + source + features + " " + options)
                        .split(" ")))
                .isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
    }

    /** Forty days; large ones are fraud. */
    private static String transactions() {
        StringBuilder csv = new StringBuilder("transaction_id,datetime,customer_id,terminal_id,amount,tx_fraud\n");
        for (int i = 0; i < 600; i++) {
            LocalDateTime time = LocalDateTime.of(2018, 4, 1, 0, 0).plusMinutes(96L * i);
            boolean fraud = i % 20 == 7;
            csv.append(
                    "%d,%s,c%d,t%d,%d.50,%d\n".formatted(i, time, i % 9, i % 4, fraud ? 500 : i % 90, fraud ? 1 : 0));
        }
        return csv.toString();
    }

    @Test
    void aPolicyFileIsValidatedWithEveryErrorAtItsPlace(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("policy.yaml");
        Files.writeString(file, DefaultPolicy.document());
        assertThat(run("policy", "validate", file.toString())).isZero();
        assertThat(out.toString()).contains("policy default is valid").contains("sha256 ");

        Files.writeString(file, DefaultPolicy.document().replace("account_count_1h >= 8", "account_cuont_1h >= 8"));
        assertThat(run("policy", "validate", file.toString())).isEqualTo(1);
        assertThat(err.toString().lines())
                .hasSize(1)
                .allMatch(
                        line -> line.matches(
                                ".*policy.yaml:\\d+:\\d+: rules\\[\\d]\\.when: .*'account_cuont_1h'.*Write 'account_count_1h'.*"));
    }

    @Test
    void aPolicyWithAModelThatIsNotPublishedIsValidatedWithItsFile(@TempDir Path directory) throws Exception {
        Path model = directory.resolve("model.json");
        Files.writeString(model, """
                {"learner":{"feature_names":["amount"],"objective":{"name":"binary:logistic"},
                "learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"1","num_target":"1"},
                "gradient_booster":{"name":"gbtree","model":{"trees":[{"left_children":[1,-1,-1],
                "right_children":[2,-1,-1],"split_indices":[0,0,0],"split_conditions":[100.5,-0.25,0.75],
                "default_left":[0,0,0],"sum_hessian":[4.0,3.0,1.0]}]}}},"version":[3,0,4]}
                """);
        Path policy = directory.resolve("policy.yaml");
        Files.writeString(
                policy, """
                id: scored
                features:
                  - {name: amount, expression: transaction.amountMinor}
                rules: []
                model: {sha256: %s, features: [amount], points: 80}
                thresholds: {review: 30, decline: 70}
                """.formatted(Sha256.of(Files.readAllBytes(model)).hex()));
        assertThat(run("policy", "validate", policy.toString())).isEqualTo(1);
        assertThat(run("policy", "validate", policy.toString(), "--model", model.toString()))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("policy scored is valid");

        Files.writeString(model, "{}");
        assertThat(run("policy", "validate", policy.toString(), "--model", model.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("model.json: learner");
        assertThat(run("policy", "validate", policy.toString(), "--model", model.toString(), "--server", "http://x"))
                .isEqualTo(2);
    }

    @Test
    void changesOfListsAndRulesNeedAReason() {
        assertThat(run("list", "add", "stolen", "t-1")).isEqualTo(2);
        assertThat(run("policy", "rule", "shadow", "cdf5f4", "LARGE")).isEqualTo(2);
        assertThat(err.toString()).contains("--reason");
        assertThat(run("list", "add", "stolen", "--reason", "found")).isEqualTo(2);
        assertThat(run("policy", "rule")).isEqualTo(2);
    }

    @Test
    void theSchemaOfPoliciesIsPrinted() {
        assertThat(run("policy", "schema")).isZero();
        assertThat(out.toString()).contains("https://json-schema.org/draft/2020-12/schema");
    }

    @Test
    void aServerThatDoesNotAnswerIsSaidSoWithTheRemedy() {
        assertThat(run("policy", "list", "--url", "http://127.0.0.1:1")).isEqualTo(1);
        assertThat(err.toString())
                .contains("no server answers at http://127.0.0.1:1")
                .contains("--url");
    }

    private int run(String... args) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err));
        return commandLine.execute(args);
    }
}
