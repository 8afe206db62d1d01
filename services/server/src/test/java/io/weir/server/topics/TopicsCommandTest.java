package io.weir.server.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.weir.events.Topics;
import io.weir.server.topics.ProvisioningSuite.Run;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsCommandTest {
    @Test
    void withoutAClusterThePlanShowsEveryTopicWithKeyEventsWritersAndReaders() {
        Run run = ProvisioningSuite.run("--plan");

        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        for (Topics topic : Topics.values()) {
            String line = run.out()
                    .lines()
                    .filter(l -> l.contains(" " + topic.topicName() + " "))
                    .findFirst()
                    .orElseThrow();
            assertThat(line)
                    .startsWith("create ")
                    .contains(topic.key(), TopicsTable.values(topic), TopicsTable.flow(topic));
        }
    }

    @Test
    void columnsAreAligned() {
        List<String> table = ProvisioningSuite.run("--plan")
                .out()
                .lines()
                .skip(2)
                .limit(1 + Topics.values().length)
                .toList();

        int flow = table.get(0).indexOf("WRITERS");
        int topic = table.get(0).indexOf("TOPIC");
        assertThat(table).allMatch(line -> line.charAt(flow - 1) == ' ' && line.charAt(flow) != ' ');
        assertThat(table).allMatch(line -> line.charAt(topic - 1) == ' ' && line.charAt(topic) != ' ');
    }

    @Test
    void aPeakRateGivesTheCountAndTheReasons() {
        Run run = ProvisioningSuite.run("--plan", "--peak-tps", "20000");

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("Why 12 partitions", "cannot be lowered later", "x 3 headroom");
        JsonObject json = new JsonObject(
                ProvisioningSuite.run("--plan", "--peak-tps", "20000", "--json").out());
        assertThat(json.getJsonObject("advice").getInteger("partitions")).isEqualTo(12);
        assertThat(json.getJsonArray("topics").getJsonObject(0).getInteger("partitions"))
                .isEqualTo(12);
    }

    @Test
    void markdownIsTheTableOfReadme() {
        assertThat(ProvisioningSuite.run("--markdown").out()).isEqualTo(TopicsTable.markdown());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--plan --apply",
                "--plan --partitions 4 --peak-tps 10",
                "--plan --partitions 0",
                "--plan --partitions four",
                "--plan --peak-tps 0",
                "--apply",
                "--apply --bootstrap-servers localhost:9092",
                "--apply --registry http://localhost:8081",
                "--plan --registry localhost:8081",
                "--plan --bootstrap-servers localhost:9092 --kafka-config does-not-exist",
                "--plan --registry http://localhost:8081 --wait 0",
                "--plan --bootstrap-servers localhost:9092 --session-timeout-ms 999",
                "--plan --unknown"
            })
    void wrongUsageIsTold(String arguments) {
        Run run = ProvisioningSuite.run(arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertThat(run.status()).as(run.toString()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Usage: topics");
    }

    @Test
    void aClusterThatDoesNotAnswerIsNamedWithTheTimeWaitedAndTheRemedy() throws Exception {
        String nobody = "127.0.0.1:" + ProvisioningSuite.freePort();

        Run run = ProvisioningSuite.run("--plan", "--bootstrap-servers", nobody, "--wait", "1");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("no answer from Kafka at " + nobody + " within 1.0 s", "--bootstrap-servers");
    }

    @Test
    void anAddressThatCannotBeOneIsTold() {
        Run run = ProvisioningSuite.run("--plan", "--bootstrap-servers", "no port", "--wait", "1");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("cannot set up a Kafka client for no port", "host:port");
    }

    @Test
    void aRegistryThatDoesNotAnswerIsNamedWithTheTimeWaitedAndTheRemedy() throws Exception {
        String nobody = "http://127.0.0.1:" + ProvisioningSuite.freePort();

        Run run = ProvisioningSuite.run("--plan", "--registry", nobody, "--wait", "1");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("no answer from the schema registry within 1.0 s", nobody, "--registry");
    }
}
