package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What {@code weir policy} makes of a server whose engines have yet to warm up. */
class PolicyActivateTest {
    private static final String SHA256 = "ab".repeat(32);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Deque<JsonObject> answers = new ArrayDeque<>();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            JsonObject answer = answers.remove();
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Retry-After", "0");
            byte[] body = answer.encode().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.getInteger("status", 200), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private int run(String... arguments) {
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--url";
        all[arguments.length + 1] = url;
        return command.execute(all);
    }

    private static JsonObject warming(int records) {
        return new JsonObject()
                .put("status", 409)
                .put("type", "urn:weir:problem:policy-warming")
                .put("detail", records + " of 100 records")
                .put("remedy", "ask again");
    }

    private static JsonObject activated() {
        return new JsonObject().put("sha256", SHA256).put("active", true).put("offset", 7);
    }

    @Test
    void activateWaitsUntilTheEnginesAreWarmAndShowsHowFarTheyAre() {
        answers.addAll(List.of(warming(10), warming(60), activated()));
        assertThat(run("policy", "activate", SHA256)).isZero();
        assertThat(answers).isEmpty();
        assertThat(out.toString()).contains("10 of 100 records").contains("decides from weir.control offset 7 on");
    }

    @Test
    void activateDoesNotWaitIfToldSo() {
        answers.add(warming(10));
        assertThat(run("policy", "activate", SHA256, "--no-wait")).isEqualTo(1);
        assertThat(err.toString()).contains("10 of 100 records. ask again.");
    }

    @Test
    void theListShowsWhatIsWarmAndHowLongThatTook() {
        JsonArray policies = new JsonArray();
        List.of(
                        new JsonObject().put("state", "warm").put("tookMs", 2_340),
                        new JsonObject()
                                .put("state", "warming")
                                .put("records", 5)
                                .put("ofRecords", 9),
                        new JsonObject().put("state", "cold"))
                .forEach(warmUp -> policies.add(new JsonObject()
                        .put("sha256", SHA256)
                        .put("policyId", "cards")
                        .put("publishedAtMs", 0)
                        .put("publishedBy", "ann")
                        .put("active", false)
                        .put("warmUp", warmUp)));
        answers.add(new JsonObject().put("policies", policies).put("history", new JsonArray()));
        assertThat(run("policy", "list")).isZero();
        assertThat(out.toString())
                .contains("warmed up in 2.3 s")
                .contains("warming: 5 of 9 records")
                .contains("history not kept");
    }
}
