package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.weir.events.EventWriter;
import io.weir.events.Topics;
import io.weir.events.TransactionLabelled;
import io.weir.local.LocalStack;
import io.weir.server.log.Cluster;
import io.weir.server.log.DeadLetterContext;
import io.weir.server.log.LogRecord;
import io.weir.server.log.OutputRecord;
import io.weir.server.log.TransactionalAppender;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import io.weir.server.topics.TopicProvisioner;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import picocli.CommandLine;

/** What people see, are asked, and are told; of a stack on which nobody else has dead letters. */
@TestMethodOrder(OrderAnnotation.class)
class DeadLettersCommandTest {
    private static final long NOON_MS = 1_700_000_000_000L;

    private static final LocalStack stack = LocalStack.shared();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void writeLetters() {
        Cluster cluster = Cluster.at(stack.bootstrapServers());
        try (RegistryClient registry = new RegistryClient(stack.registryUrl())) {
            new TopicProvisioner(cluster, Duration.ofSeconds(30)).apply(2, registry);
            Schemas schemas = Schemas.load(registry, Duration.ofSeconds(10));
            byte[] label = new EventWriter(schemas)
                    .write(new TransactionLabelled("t1", "anna", NOON_MS, NOON_MS, true, "test"));
            try (TransactionalAppender appender = new TransactionalAppender(cluster, "test")) {
                appender.append(List.of(
                        letter(0, "anna", label, "UnknownTransaction"),
                        letter(1, "bert", new byte[] {'?', 1}, "MalformedValue"),
                        letter(1, "bert", null, "MalformedValue")));
            }
        }
    }

    @Test
    @Order(1)
    void listShowsWhereFromAndWhyAndCountsByError() {
        assertThat(run("list")).isZero();
        assertThat(out.toString())
                .contains("position", "0/0", Topics.TRANSACTIONS.topicName() + " 0/17", "UnknownTransaction", "anna")
                .contains("3 letters, 0 put back")
                .containsPattern("MalformedValue +2\\s");
        assertThat(run("list", "--filter", "key=bert", "--limit", "1", "--json"))
                .isZero();
        JsonObject json = new JsonObject(out.toString());
        assertThat(json.getLong("count")).isEqualTo(2);
        assertThat(json.getJsonArray("letters")).hasSize(1);
        assertThat(json.getJsonArray("letters").getJsonObject(0).getString("source.offset"))
                .isEqualTo("17");
    }

    @Test
    @Order(2)
    void showDecodesWhatItCanAndDumpsTheRest() {
        assertThat(run("show", "0/0")).isZero();
        assertThat(out.toString())
                .contains("stage", "decide", "attempt", "UnknownTransaction", "\"transactionId\" : \"t1\"");
        assertThat(run("show", "1/0")).isZero();
        assertThat(out.toString()).contains("3f 01", "not in the wire format");
        assertThat(run("show", "1/77")).isEqualTo(1);
        assertThat(err.toString()).contains("no dead letter at 1/77");
        assertThat(run("show", "somewhere")).isEqualTo(2);
        assertThat(err.toString()).contains("partition/offset");
    }

    @Test
    @Order(3)
    void redriveSaysWhatItWouldDoAndAsks() {
        assertThat(run("redrive", "--dry-run")).isZero();
        assertThat(out.toString()).contains("3 to be put back, 0 put back before");
        assertThat(answering("n\n", "redrive")).isEqualTo(1);
        assertThat(out.toString()).contains("Put 3 back on the log? [y/N]");
        assertThat(err.toString()).contains("nothing was put back");
        assertThat(run("redrive", "--filter", "colour=red")).isEqualTo(2);
        assertThat(err.toString()).contains("--filter", "no condition 'colour'", "error=");
    }

    @Test
    @Order(4)
    void redrivePutsBackOnceWhatWasMeant() {
        assertThat(answering("y\n", "redrive", "--filter", "key=anna", "--by", "carla"))
                .isZero();
        assertThat(out.toString()).contains("1 put back");
        assertThat(run("redrive", "--yes")).isZero();
        assertThat(out.toString()).contains("2 to be put back, 1 put back before");
        assertThat(run("redrive", "--yes")).isZero();
        assertThat(out.toString()).contains("0 to be put back, 3 put back before");
        assertThat(run("show", "0/0")).isZero();
        assertThat(out.toString()).contains("redriven.by", "carla");
        assertThat(run("list")).isZero();
        assertThat(out.toString()).contains("3 letters, 3 put back", "(put back)");
    }

    private static OutputRecord letter(int partition, String key, byte[] value, String error) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        LogRecord original =
                new LogRecord(Topics.TRANSACTIONS.topicName(), partition, 17, NOON_MS, bytes, value, Map.of());
        return DeadLetterContext.of(original, "decide", error, "why it failed", "weir-1")
                .letter(original);
    }

    private int answering(String answer, String... arguments) {
        InputStream in = System.in;
        System.setIn(new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)));
        try {
            return run(arguments);
        } finally {
            System.setIn(in);
        }
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of("dead-letters"));
        all.addAll(Arrays.asList(arguments));
        all.addAll(List.of("--bootstrap-servers", stack.bootstrapServers(), "--registry", stack.registryUrl()));
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err));
        return commandLine.execute(all.toArray(new String[0]));
    }
}
