package io.weir.cli;

import io.vertx.core.json.JsonObject;
import io.weir.events.Topics;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir model}: models that policies use, against a running server. */
@Command(
        name = "model",
        sortOptions = false,
        description = "Publishes models. Policies name them by their SHA-256.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "1:refused", "2:wrong usage"})
final class ModelCommand implements Runnable {
    /** In no JSON: a line break there is written \n. */
    private static final String BOUNDARY = "weir-model-and-card";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a step: import, list or show.");
    }

    @Command(
            name = "import",
            description = "Publishes a model that XGBoost has saved as JSON.",
            mixinStandardHelpOptions = true)
    int publish(
            @Parameters(paramLabel = "FILE", description = "What save_model(\"model.json\") wrote.") Path file,
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            description = "What people call it (default: the name of the file).")
                    @Nullable
                    String name,
            @Option(names = "--card", paramLabel = "FILE", description = "Its model card, a JSON object.") @Nullable
                    Path card,
            @Mixin ServerAddress server,
            @Mixin Answers.Author author)
            throws IOException, InterruptedException {
        String path = "/v1/models?name=" + encoded(name == null ? String.valueOf(file.getFileName()) : name) + "&by="
                + encoded(author.name());
        HttpRequest.Builder request = server.request(path);
        if (card == null) {
            request.header("Content-Type", "application/json").POST(BodyPublishers.ofFile(file));
        } else {
            request.header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                    .POST(BodyPublishers.concat(
                            part("card"),
                            BodyPublishers.ofFile(card),
                            part("model"),
                            BodyPublishers.ofFile(file),
                            BodyPublishers.ofString("\r\n--" + BOUNDARY + "--\r\n")));
        }
        HttpResponse<String> response = server.send(request);
        Answers answers = new Answers(spec);
        return answers.answered(
                response,
                file + ": ",
                answer -> answers.say("model %s %s %s at %s offset %d"
                        .formatted(
                                answer.getString("name"),
                                answer.getString("sha256"),
                                answer.getBoolean("publishedBefore") ? "was published before," : "published",
                                Topics.CONTROL.topicName(),
                                answer.getLong("offset"))));
    }

    private static BodyPublisher part(String name) {
        return BodyPublishers.ofString("\r\n--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name
                + "\"; filename=\"" + name + ".json\"\r\nContent-Type: application/json\r\n\r\n");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Command(name = "list", description = "Shows what is published.", mixinStandardHelpOptions = true)
    int list(
            @Mixin ServerAddress server,
            @Option(names = "--json", description = "Print JSON for programs.") boolean json)
            throws IOException, InterruptedException {
        HttpResponse<String> response = server.send(server.request("/v1/models"));
        return new Answers(spec).shown(response, json, ModelCommand::table);
    }

    private static String table(JsonObject answer) {
        StringBuilder table = new StringBuilder();
        table.append("  %-12s  %-20s  %5s  %8s  %-20s  %s%n"
                .formatted("sha256", "model", "trees", "features", "published", "by"));
        for (Object each : answer.getJsonArray("models")) {
            JsonObject model = (JsonObject) each;
            table.append("  %-12s  %-20s  %5s  %8s  %-20s  %s%n"
                    .formatted(
                            model.getString("sha256").substring(0, Answers.SHORT),
                            model.getString("name"),
                            model.getValue("trees", "-"),
                            model.containsKey("features")
                                    ? model.getJsonArray("features").size()
                                    : "-",
                            Answers.time(model.getLong("publishedAtMs")),
                            model.getString("publishedBy")));
        }
        return table.toString().stripTrailing();
    }

    @Command(name = "show", description = "Prints a published model.", mixinStandardHelpOptions = true)
    int show(
            @Parameters(paramLabel = "SHA256", description = "Or the beginning of it.") String sha256,
            @Option(names = "--card", description = "Print its model card instead.") boolean card,
            @Mixin ServerAddress server)
            throws IOException, InterruptedException {
        HttpResponse<String> response = server.send(server.request("/v1/models/" + sha256 + (card ? "/card" : "")));
        Answers answers = new Answers(spec);
        if (response.statusCode() >= 300) {
            return answers.refused("", new JsonObject(response.body()));
        }
        answers.print(response.body());
        return 0;
    }
}
