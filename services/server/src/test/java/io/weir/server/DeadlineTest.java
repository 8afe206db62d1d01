package io.weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import io.weir.events.EventReader;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.local.LocalStack;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import io.weir.server.log.TestLog;
import io.weir.server.policy.DefaultPolicy;
import io.weir.server.schemas.Schemas;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway by itself, and engines that come and go: what its callers are told while there is none. */
class DeadlineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private @TempDir Path directory;

    @Test
    void withoutAnEngineEachWordOfThePolicyIsToldMarkedAndTheCommittedDecisionFollowsOnce() throws Exception {
        try (TestLog log = TestLog.empty(4)) {
            LocalStack stack = log.stack();
            try (Server gateway = server(stack, Role.GATEWAY, "gateway", null)) {
                await().atMost(PATIENCE)
                        .until(() -> get(gateway, "/health/ready").statusCode() == 200);
                Map<String, JsonObject> told = new LinkedHashMap<>();
                for (String word : List.of("approve", "review", "decline", "pending")) {
                    try (Server engine = server(stack, Role.SCORER, "engine", policy(word))) {
                        await().atMost(PATIENCE)
                                .until(() -> get(engine, "/health/ready").statusCode() == 200);
                    }
                    awaitWord(gateway, word, told);
                }

                try (Server engine = server(stack, Role.SCORER, "engine", null)) {
                    await().atMost(PATIENCE)
                            .until(() -> get(engine, "/health/ready").statusCode() == 200);
                    await().atMost(PATIENCE).until(() -> allDecided(gateway, told.keySet()));
                    for (Map.Entry<String, JsonObject> transaction : told.entrySet()) {
                        JsonObject again = new JsonObject(
                                post(gateway, transaction.getValue(), 10).body());
                        assertThat(again.getBoolean("duplicate")).isTrue();
                        JsonObject read = new JsonObject(get(gateway, "/v1/decisions/" + transaction.getKey())
                                .body());
                        assertThat(again.getString("decision")).isEqualTo(read.getString("decision"));
                        assertThat(again.getJsonObject("position")).isEqualTo(read.getJsonObject("position"));
                    }
                }
                assertThat(decided(log.cluster(), log.schemas()))
                        .as("decisions on the log")
                        .containsExactlyInAnyOrderElementsOf(told.keySet());
            }
        }
    }

    /** Submits until the gateway has heard of the policy: it follows the log by itself. */
    private void awaitWord(Server gateway, String word, Map<String, JsonObject> told) {
        String expected = word.equals("pending") ? null : word.toUpperCase(Locale.ROOT);
        await().atMost(PATIENCE).until(() -> {
            String id = "deadline-" + told.size();
            JsonObject transaction = new JsonObject()
                    .put("transactionId", id)
                    .put("accountId", "account-" + told.size() % 3)
                    .put("occurredAtMs", 1_700_000_000_000L + told.size())
                    .put("amountMinor", 1_000)
                    .put("currency", "EUR");
            told.put(id, transaction);
            HttpResponse<String> answer = post(gateway, transaction, 0);
            assertThat(answer.statusCode()).isEqualTo(202);
            assertThat(answer.headers().firstValue("Location")).contains("/v1/decisions/" + id);
            JsonObject body = new JsonObject(answer.body());
            assertThat(body.getString("status")).isEqualTo("pending");
            assertThat(body.containsKey("decision"))
                    .as("a decision that nobody made")
                    .isFalse();
            assertThat(get(gateway, "/v1/decisions/" + id).statusCode()).isIn(404, 503);
            return Objects.equals(body.getString("onDeadline"), expected);
        });
    }

    private Path policy(String onDeadline) throws Exception {
        String document = DefaultPolicy.document().replace("onDeadline: pending", "onDeadline: " + onDeadline);
        return Files.writeString(directory.resolve(onDeadline + ".yaml"), document + "# " + onDeadline + "\n");
    }

    private static Server server(LocalStack stack, Role role, String instanceId, @Nullable Path policy) {
        return Server.start(TestSettings.of(stack, role, instanceId, 1, policy));
    }

    /** The transactions of all decisions on the log, one for each. */
    private static List<String> decided(Cluster cluster, Schemas schemas) {
        List<String> ids = new ArrayList<>();
        EventReader reader = new EventReader(schemas);
        Map<String, Object> settings = new HashMap<>(KafkaSettings.onceConsumer(cluster, "deadline-test"));
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.DECISIONS.topicName()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    ids.add(((TransactionDecided) reader.read(record.value())).transactionId());
                }
            }
        }
        return ids;
    }

    private boolean allDecided(Server gateway, Set<String> ids) throws Exception {
        for (String id : ids) {
            if (get(gateway, "/v1/decisions/" + id).statusCode() != 200) {
                return false;
            }
        }
        return true;
    }

    private HttpResponse<String> post(Server server, JsonObject transaction, int waitSeconds) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(server, "/v1/transactions"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(transaction.encode()));
        if (waitSeconds > 0) {
            request.header("Prefer", "wait=" + waitSeconds);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(Server server, String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(server, path)).build(), BodyHandlers.ofString());
    }

    private static URI uri(Server server, String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
