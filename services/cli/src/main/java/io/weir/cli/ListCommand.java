package io.weir.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.events.Topics;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir list}: members of the lists that policies use, against a running server. */
@Command(
        name = "list",
        sortOptions = false,
        description = "Changes and shows the lists that policies use. Every change is an event on the log.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "1:refused", "2:wrong usage"})
final class ListCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a step: add, remove or show.");
    }

    @Command(name = "add", description = "Puts ids on a list.", mixinStandardHelpOptions = true)
    int add(
            @Parameters(index = "0", paramLabel = "NAME", description = "The list, as policies name it.") String list,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "ID", description = "As in transactions.")
                    List<String> ids,
            @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, for the record.")
                    String reason,
            @Mixin ServerAddress server,
            @Mixin Answers.Author author)
            throws IOException, InterruptedException {
        return change(list, "add", ids, reason, server, author);
    }

    @Command(name = "remove", description = "Takes ids off a list.", mixinStandardHelpOptions = true)
    int remove(
            @Parameters(index = "0", paramLabel = "NAME", description = "The list, as policies name it.") String list,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "ID", description = "As in transactions.")
                    List<String> ids,
            @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, for the record.")
                    String reason,
            @Mixin ServerAddress server,
            @Mixin Answers.Author author)
            throws IOException, InterruptedException {
        return change(list, "remove", ids, reason, server, author);
    }

    private int change(
            String list, String step, List<String> ids, String reason, ServerAddress server, Answers.Author author)
            throws IOException, InterruptedException {
        HttpResponse<String> response = server.send(server.request("/v1/lists/" + encoded(list))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(new JsonObject()
                        .put(step, new JsonArray(ids))
                        .put("reason", reason)
                        .put("by", author.name())
                        .encode())));
        return new Answers(spec).answered(response, "", answer -> changed(list, answer));
    }

    private void changed(String list, JsonObject answer) {
        Answers answers = new Answers(spec);
        Long offset = answer.getLong("offset");
        answers.say("list %s: %d added, %d removed, %d members%s"
                .formatted(
                        list,
                        answer.getInteger("added"),
                        answer.getInteger("removed"),
                        answer.getInteger("members"),
                        offset == null
                                ? "; nothing to change"
                                : ", from %s offset %d on".formatted(Topics.CONTROL.topicName(), offset)));
        String note = answer.getString("note");
        if (note != null) {
            answers.say("note: " + note);
        }
    }

    @Command(
            name = "show",
            description = "Shows all lists, or the members of one with who put them there, when and why.",
            mixinStandardHelpOptions = true)
    int show(
            @Parameters(arity = "0..1", paramLabel = "NAME", description = "The list.") @Nullable String list,
            @Option(names = "--after", paramLabel = "ID", description = "Only members after this one.") @Nullable
                    String after,
            @Option(names = "--json", description = "Print JSON for programs.") boolean json,
            @Mixin ServerAddress server)
            throws IOException, InterruptedException {
        String path = list == null ? "" : "/" + encoded(list) + (after == null ? "" : "?after=" + encoded(after));
        HttpResponse<String> response = server.send(server.request("/v1/lists" + path));
        return new Answers(spec).shown(response, json, list == null ? ListCommand::lists : ListCommand::members);
    }

    private static String lists(JsonObject answer) {
        StringBuilder table = new StringBuilder();
        table.append("  %-24s  %8s  %s%n".formatted("list", "members", "last change"));
        for (Object each : answer.getJsonArray("lists")) {
            JsonObject list = (JsonObject) each;
            table.append("  %-24s  %8d  %s%n"
                    .formatted(
                            list.getString("list"),
                            list.getInteger("members"),
                            change(list.getJsonObject("lastChange"))));
        }
        return table.toString().stripTrailing();
    }

    private static String members(JsonObject answer) {
        StringBuilder table = new StringBuilder();
        for (Object each : answer.getJsonArray("page")) {
            JsonObject member = (JsonObject) each;
            table.append("  %-32s  %s%n".formatted(member.getString("id"), change(member)));
        }
        String next = answer.getString("next");
        table.append("  %d members".formatted(answer.getInteger("members")));
        return table.append(next == null ? "" : "; go on with --after " + next).toString();
    }

    private static String change(JsonObject step) {
        return Answers.time(step.getLong("atMs")) + "  " + step.getString("by") + ": " + step.getString("reason");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
