package io.weir.cli;

import io.vertx.core.json.JsonObject;
import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.ModelScore;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.server.log.KafkaSettings;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import io.weir.training.replay.FeatureReplay;
import io.weir.training.replay.FeatureTable;
import io.weir.training.replay.LabelledTransaction;
import io.weir.training.simulator.SimulatedTransaction;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Compares decisions that were made of submitted transactions with the offline evaluation of the same transactions. Labels
 * are submitted a day at a time, before they are a week old: the policy's windows over labels end seven days before the
 * transaction, so that it makes no difference when in that week one comes.
 */
final class Agreement {
    private static final long DAY_MS = Duration.ofDays(1).toMillis();
    private static final int LABEL_DAYS = 6;
    /** Few enough that all answers fit between server and client while the lines are still being sent. */
    private static final int LINES = 200;

    private static final int SHOWN = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Policy policy;
    private final List<SimulatedTransaction> history;
    private int labels;

    Agreement(Policy policy, List<SimulatedTransaction> history) {
        this.policy = policy;
        this.history = history;
    }

    /**
     * What was found.
     *
     * @param values compared
     * @param differences the first of them, for people
     */
    record Result(int decisions, int alerts, int labels, long values, long different, List<String> differences) {
        boolean agrees() {
            return different == 0;
        }

        String text() {
            return """

                      decisions compared         %,12d
                        of them review, decline  %,12d
                      labels submitted           %,12d
                      values compared            %,12d
                      different                  %,12d

                    %s""".formatted(
                            decisions,
                            alerts,
                            labels,
                            values,
                            different,
                            agrees()
                                    ? "Every feature and score is the offline evaluation's, bit for bit."
                                    : String.join(System.lineSeparator(), differences));
        }
    }

    /** Submits all of it, in order. */
    Agreement submitted(Stack stack, Progress progress) throws IOException, InterruptedException {
        submit(stack, progress);
        return this;
    }

    /** Compares the decisions on the log, which are on this history and no other. */
    Result compared(Stack stack, Progress progress) {
        progress.say("Computing the same offline ...");
        FeatureTable offline = new FeatureReplay(policy, policy.featureNames(), 7 * DAY_MS)
                .run(() -> history.stream().map(LabelledTransaction::of).iterator(), 0, Long.MAX_VALUE);
        return compare(stack, offline, progress);
    }

    private void submit(Stack stack, Progress progress) throws IOException, InterruptedException {
        progress.say("Submitting %,d transactions over HTTP ...".formatted(history.size()));
        try (HttpClient http = HttpClient.newHttpClient()) {
            int labelled = 0;
            int sent = 0;
            while (sent < history.size()) {
                long day = history.get(sent).occurredAtMs() / DAY_MS;
                int due = labelled;
                while (due < sent && history.get(due).occurredAtMs() / DAY_MS <= day - LABEL_DAYS) {
                    due++;
                }
                send(
                        http,
                        stack.url() + "/v1/labels:batch",
                        history.subList(labelled, due),
                        Agreement::label,
                        "position");
                labels += due - labelled;
                labelled = due;
                int end = sent;
                while (end < history.size() && history.get(end).occurredAtMs() / DAY_MS == day) {
                    end++;
                }
                for (int from = sent; from < end; from += LINES) {
                    int to = Math.min(end, from + LINES);
                    send(
                            http,
                            stack.url() + "/v1/transactions:batch",
                            history.subList(from, to),
                            Agreement::transaction,
                            "decision");
                    progress.line("decided %,d/%,d and labelled %,d".formatted(to, history.size(), labels));
                }
                sent = end;
            }
        }
        progress.endLine();
    }

    private interface Line {
        JsonObject of(SimulatedTransaction transaction);
    }

    /** Sends lines in groups, and requires that each answer has a field. */
    private static void send(
            HttpClient http, String url, List<SimulatedTransaction> transactions, Line line, String expected)
            throws IOException, InterruptedException {
        for (int from = 0; from < transactions.size(); from += LINES) {
            List<SimulatedTransaction> group = transactions.subList(from, Math.min(transactions.size(), from + LINES));
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(PATIENCE)
                    .header("Content-Type", "application/x-ndjson")
                    .POST(BodyPublishers.ofString(group.stream()
                            .map(transaction -> line.of(transaction).encode())
                            .collect(Collectors.joining("\n"))))
                    .build();
            List<String> answers =
                    http.send(request, BodyHandlers.ofString()).body().lines().toList();
            for (String answer : answers) {
                if (!new JsonObject(answer).containsKey(expected)) {
                    throw new IOException(url + " answered " + answer);
                }
            }
            if (answers.size() != group.size()) {
                throw new IOException(url + " answered " + answers.size() + " of " + group.size() + " lines");
            }
        }
    }

    private static JsonObject transaction(SimulatedTransaction simulated) {
        var transaction = LabelledTransaction.of(simulated).transaction();
        return new JsonObject()
                .put("transactionId", transaction.transactionId())
                .put("accountId", transaction.accountId())
                .put("occurredAtMs", transaction.occurredAtMs())
                .put("amountMinor", transaction.amountMinor())
                .put("currency", transaction.currency())
                .put("terminalId", transaction.terminalId());
    }

    private static JsonObject label(SimulatedTransaction simulated) {
        var transaction = LabelledTransaction.of(simulated).transaction();
        return new JsonObject()
                .put("transactionId", transaction.transactionId())
                .put("accountId", transaction.accountId())
                .put("fraud", simulated.fraud())
                .put("occurredAtMs", transaction.occurredAtMs() + LABEL_DAYS * DAY_MS)
                .put("source", "benchmark");
    }

    private Result compare(Stack stack, FeatureTable offline, Progress progress) {
        List<String> differences = new ArrayList<>();
        long values = 0;
        long different = 0;
        int alerts = 0;
        int row = 0;
        Map<String, Object> settings = new HashMap<>(KafkaSettings.readSide(stack.cluster(), "weir-agreement"));
        try (RegistryClient registry = new RegistryClient(stack.registryUrl());
                KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            EventReader reader = new EventReader(Schemas.load(registry, Duration.ofSeconds(10)));
            TopicPartition decisions = new TopicPartition(Topics.DECISIONS.topicName(), 0);
            consumer.assign(List.of(decisions));
            consumer.seekToBeginning(List.of(decisions));
            long end = consumer.endOffsets(List.of(decisions)).getOrDefault(decisions, 0L);
            while (consumer.position(decisions) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    Event event = reader.read(record.value());
                    if (event instanceof TransactionDecided decided) {
                        int before = differences.size();
                        values += compare(decided, offline, row++, differences);
                        different += differences.size() - before;
                        differences
                                .subList(Math.min(SHOWN, differences.size()), differences.size())
                                .clear();
                        alerts += decided.decision().alerts() ? 1 : 0;
                    }
                }
                progress.line("compared %,d/%,d".formatted(row, history.size()));
            }
        }
        progress.endLine();
        if (row != history.size()) {
            different++;
            differences.add(row + " decisions on " + history.size() + " transactions");
        }
        return new Result(row, alerts, labels, values, different, differences);
    }

    /** One decision with its row; returns how many values were compared. */
    private int compare(TransactionDecided decided, FeatureTable offline, int row, List<String> differences) {
        String id = String.valueOf(history.get(row).id());
        if (!decided.transactionId().equals(id)) {
            differences.add("decision " + row + " is on " + decided.transactionId() + ", not on " + id);
            return 1;
        }
        double[] features = new double[offline.names().size()];
        for (int i = 0; i < features.length; i++) {
            features[i] = offline.value(row, i);
            compare(id, offline.names().get(i), decided.featureValues()[i], features[i], differences);
        }
        ModelScore said = decided.model();
        if (said == null || policy.model() == null) {
            return features.length;
        }
        float[] inputs = new float[policy.model().inputs().size()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (float) features[policy.model().inputs().get(i)];
        }
        compare(id, "margin", said.margin(), policy.model().trees().margin(inputs), differences);
        return features.length + 1;
    }

    private static void compare(String id, String name, double online, double offline, List<String> differences) {
        if (Double.doubleToLongBits(online) != Double.doubleToLongBits(offline)) {
            differences.add("transaction " + id + ": " + name + " is " + online + ", offline " + offline);
        }
    }
}
