package io.weir.cli;

import io.vertx.core.json.JsonObject;
import io.weir.events.Topics;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir policy rule}: the rules of a published policy. */
@Command(
        name = "rule",
        sortOptions = false,
        description = "Shows the rules of a published policy, puts one in shadow or has it count again.",
        mixinStandardHelpOptions = true)
final class RuleCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a step: list, shadow or enforce.");
    }

    @Command(
            name = "list",
            description = "Shows which rules are in shadow, and how often they fire.",
            mixinStandardHelpOptions = true)
    int list(
            @Parameters(paramLabel = "SHA256", description = "The policy's, or the beginning of it.") String sha256,
            @Mixin ServerAddress server,
            @Option(names = "--json", description = "Print JSON for programs.") boolean json)
            throws IOException, InterruptedException {
        HttpResponse<String> response = server.send(server.request("/v1/policies/" + sha256 + "/rules"));
        return new Answers(spec).shown(response, json, RuleCommand::table);
    }

    private static String table(JsonObject answer) {
        StringBuilder table = new StringBuilder();
        table.append("  %-24s  %6s  %-8s  %10s  %10s  %s%n"
                .formatted("rule", "weight", "mode", "decisions", "fired", "last change"));
        for (Object each : answer.getJsonArray("rules")) {
            JsonObject rule = (JsonObject) each;
            JsonObject last = rule.getJsonObject("lastChange");
            table.append("  %-24s  %6s  %-8s  %10s  %10s  %s%n"
                    .formatted(
                            rule.getString("code"),
                            rule.getValue("weight"),
                            rule.getBoolean("shadow") ? "shadow" : "enforced",
                            rule.getValue("decisions", "-"),
                            rule.getValue("fired", "-"),
                            last == null
                                    ? ""
                                    : Answers.time(last.getLong("atMs")) + " by " + last.getString("by") + ": "
                                            + last.getString("reason")));
        }
        return table.toString().stripTrailing();
    }

    @Command(
            name = "shadow",
            description = "Puts a rule in shadow: it is evaluated and recorded, and adds nothing.",
            mixinStandardHelpOptions = true)
    int shadow(
            @Parameters(index = "0", paramLabel = "SHA256", description = "The policy's, or the beginning of it.")
                    String sha256,
            @Parameters(index = "1", paramLabel = "CODE", description = "The rule.") String code,
            @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, for the record.")
                    String reason,
            @Mixin ServerAddress server,
            @Mixin Answers.Author author)
            throws IOException, InterruptedException {
        return change(sha256, code, "shadow", reason, server, author);
    }

    @Command(name = "enforce", description = "Has a rule in shadow count again.", mixinStandardHelpOptions = true)
    int enforce(
            @Parameters(index = "0", paramLabel = "SHA256", description = "The policy's, or the beginning of it.")
                    String sha256,
            @Parameters(index = "1", paramLabel = "CODE", description = "The rule.") String code,
            @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, for the record.")
                    String reason,
            @Mixin ServerAddress server,
            @Mixin Answers.Author author)
            throws IOException, InterruptedException {
        return change(sha256, code, "enforce", reason, server, author);
    }

    private int change(
            String sha256, String code, String step, String reason, ServerAddress server, Answers.Author author)
            throws IOException, InterruptedException {
        HttpResponse<String> response =
                server.send(server.request("/v1/policies/" + sha256 + "/rules/" + code + "/" + step)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(new JsonObject()
                                .put("reason", reason)
                                .put("by", author.name())
                                .encode())));
        Answers answers = new Answers(spec);
        return answers.answered(
                response,
                "",
                answer -> answers.say("rule %s of policy %s %s from %s offset %d on"
                        .formatted(
                                code,
                                answer.getString("sha256").substring(0, Answers.SHORT),
                                answer.getBoolean("shadow") ? "is in shadow" : "counts",
                                Topics.CONTROL.topicName(),
                                answer.getLong("offset"))));
    }
}
