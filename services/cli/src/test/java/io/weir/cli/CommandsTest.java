package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.server.policy.DefaultPolicy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
    @ValueSource(strings = {"demo", "up", "serve", "topics", "simulate", "policy", "audit", "backtest", "bench"})
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
    void aPolicyFileIsValidatedWithEveryErrorAtItsPlace(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("policy.yaml");
        Files.writeString(file, DefaultPolicy.document());
        assertThat(run("policy", "validate", file.toString())).isZero();
        assertThat(out.toString()).contains("policy default is valid").contains("sha256 ");

        Files.writeString(file, DefaultPolicy.document().replace("account_count_30d >= 5", "account_cuont_30d >= 5"));
        assertThat(run("policy", "validate", file.toString())).isEqualTo(1);
        assertThat(err.toString().lines())
                .hasSize(2)
                .allMatch(
                        line -> line.matches(
                                ".*policy.yaml:\\d+:\\d+: rules\\[\\d]\\.when: .*'account_cuont_30d'.*Write 'account_count_30d'.*"));
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
