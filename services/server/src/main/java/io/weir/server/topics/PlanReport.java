package io.weir.server.topics;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.server.topics.TopicPlan.Action;
import io.weir.server.topics.TopicPlan.Change;
import io.weir.server.topics.TopicPlan.Step;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the command shows, for people and for programs.
 *
 * @param title what this is
 * @param subjects the registry's subjects and whether each is as it should be; null if no registry was asked
 * @param applied whether the plan was carried out
 */
record PlanReport(
        String title,
        TopicPlan plan,
        @Nullable PartitionAdvice advice,
        @Nullable Map<String, Boolean> subjects,
        boolean applied) {

    /** For people. */
    String text() {
        StringBuilder text = new StringBuilder(title).append("\n\n").append(topics());
        section(
                text,
                "Settings",
                plan.steps().stream().map(PlanReport::settings).toList());
        section(
                text,
                applied ? "Changed" : "To change",
                Stream.concat(
                                plan.steps().stream()
                                        .flatMap(step -> changed(step.topic().topicName(), step.changes())),
                                plan.groups().changes().entrySet().stream()
                                        .sorted(Map.Entry.comparingByKey())
                                        .flatMap(group -> changed("group " + group.getKey(), group.getValue())))
                        .toList());
        if (subjects != null) {
            section(
                    text,
                    "Schemas",
                    subjects.entrySet().stream()
                            .map(entry -> entry.getKey() + ": " + schema(entry.getValue()))
                            .toList());
        }
        if (advice != null) {
            section(text, "Why " + advice.partitions() + " partitions", advice.reasons());
        }
        section(text, "Notes", plan.notes());
        section(text, "REFUSED, nothing is changed", plan.refusals());
        return text.toString();
    }

    /** For programs. */
    JsonObject json() {
        JsonArray topics = new JsonArray();
        plan.steps().forEach(step -> topics.add(json(step)));
        JsonObject groups = new JsonObject();
        plan.groups().changes().forEach((group, changes) -> groups.put(group, json(changes)));
        JsonObject json = new JsonObject()
                .put("brokers", plan.brokers())
                .put("applied", applied)
                .put("refused", plan.isRefused())
                .put("topics", topics)
                .put("groups", groups)
                .put("refusals", new JsonArray(plan.refusals()))
                .put("notes", new JsonArray(plan.notes()));
        if (subjects != null) {
            JsonObject schemas = new JsonObject();
            subjects.forEach(schemas::put);
            json.put("schemas", schemas);
        }
        if (advice != null) {
            json.put(
                    "advice",
                    new JsonObject()
                            .put("peakTps", advice.peakTps())
                            .put("partitions", advice.partitions())
                            .put("reasons", new JsonArray(advice.reasons())));
        }
        return json;
    }

    private String topics() {
        Columns columns = new Columns()
                .row("ACTION", "TOPIC", "KEY", "PARTITIONS", "REPLICAS", "KEPT", "VALUES", "WRITERS → READERS");
        for (Step step : plan.steps()) {
            columns.row(
                    action(step.action()),
                    step.topic().topicName(),
                    step.topic().key(),
                    String.valueOf(step.partitions()),
                    String.valueOf(step.replicas()),
                    TopicsTable.kept(step.topic()),
                    TopicsTable.values(step.topic()),
                    TopicsTable.flow(step.topic()));
        }
        return columns.toString();
    }

    private static Stream<String> changed(String what, List<Change> changes) {
        return changes.stream()
                .map(change -> what + " " + change.name() + " from " + change.from() + " to " + change.to());
    }

    private String action(Action action) {
        return switch (action) {
            case CREATE -> applied ? "created" : "create";
            case ALTER -> applied ? "altered" : "alter";
            case UNCHANGED -> "unchanged";
            case REFUSE -> "REFUSED";
        };
    }

    private String schema(boolean registered) {
        return registered ? "registered" : applied ? "registered now" : "to register";
    }

    private static String settings(Step step) {
        StringBuilder text = new StringBuilder(step.topic().topicName()).append(':');
        step.settings()
                .forEach((name, value) ->
                        text.append(' ').append(name).append('=').append(value));
        return text.toString();
    }

    private static void section(StringBuilder text, String heading, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append('\n').append(heading).append('\n');
            lines.forEach(line -> text.append("  ").append(line).append('\n'));
        }
    }

    private static JsonObject json(Step step) {
        JsonObject settings = new JsonObject();
        step.settings().forEach(settings::put);
        return new JsonObject()
                .put("topic", step.topic().topicName())
                .put("action", step.action().name().toLowerCase(Locale.ROOT))
                .put("key", step.topic().key())
                .put("partitions", step.partitions())
                .put("replicas", step.replicas())
                .put("values", TopicsTable.values(step.topic()))
                .put("writers", new JsonArray(step.topic().writers()))
                .put("readers", new JsonArray(step.topic().readers()))
                .put("settings", settings)
                .put("changes", json(step.changes()));
    }

    private static JsonArray json(List<Change> changes) {
        JsonArray json = new JsonArray();
        changes.forEach(change -> json.add(new JsonObject()
                .put("name", change.name())
                .put("from", change.from())
                .put("to", change.to())));
        return json;
    }
}
