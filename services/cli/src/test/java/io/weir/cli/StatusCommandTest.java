package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.weir.local.LocalStack;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code weir status} of a real broker. */
class StatusCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }

    @Test
    void itWorksWithoutAServerAndItsExitStatusIsTheLevel() {
        String servers = LocalStack.shared().bootstrapServers();
        int status = run("status", "--bootstrap-servers", servers, "--interval", "1", "--json");

        JsonObject health = new JsonObject(out.toString());
        assertThat(health.getJsonArray("brokers")).containsExactly(1);
        assertThat(health.getJsonArray("unknown")).isEmpty();
        assertThat(health.getJsonArray("lags").getJsonObject(0).getString("group"))
                .isEqualTo("weir-scorer");
        assertThat(status)
                .isEqualTo(
                        switch (health.getString("overall")) {
                            case "ok" -> 0;
                            case "warning" -> 1;
                            default -> 2;
                        });
    }

    @Test
    void anInstanceThatDoesNotAnswerIsCritical() {
        String servers = LocalStack.shared().bootstrapServers();
        int status = run("status", "--bootstrap-servers", servers, "--interval", "1", "--url", "http://127.0.0.1:1");
        assertThat(out.toString()).contains("http://127.0.0.1:1 does not answer");
        assertThat(status).isEqualTo(2);
    }

    @Test
    void whatItCannotDoItRefusesAndNamesTheOption() {
        assertThat(run("status", "--interval", "0")).isEqualTo(3);
        assertThat(run("status", "--lag-warning", "5", "--lag-critical", "4")).isEqualTo(3);
        assertThat(run("status", "--unknown")).isEqualTo(3);
        assertThat(err.toString())
                .contains("--interval 0: give at least 1 second")
                .contains("--lag-warning 5 and --lag-critical 4")
                .contains("--unknown");
    }
}
