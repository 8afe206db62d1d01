package io.weir.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.core.policy.Policy;
import io.weir.events.Topics;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyError;
import io.weir.server.policy.PolicyException;
import io.weir.server.policy.PolicySchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir policy}: the life cycle of policies, against a running server. */
@Command(
        name = "policy",
        sortOptions = false,
        subcommands = PolicyCompareCommand.class,
        description = "Validates, publishes and activates policies. Every step is an event on the log.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "1:refused, or the policy has errors", "2:wrong usage"})
final class PolicyCommand implements Runnable {
    private static final int SHORT = 12;
    private static final String CONTROL = Topics.CONTROL.topicName();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // read by picocli
    private boolean help;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Name a step: validate, publish, list, show, shadow, unshadow, compare, activate, rollback or schema.");
    }

    @Command(
            name = "validate",
            description = "Checks a policy file; needs no server. Prints every error with line and column.",
            mixinStandardHelpOptions = true)
    int validate(@Parameters(paramLabel = "FILE", description = "The policy.") Path file) throws IOException {
        String document = Files.readString(file);
        try {
            Policy policy = new PolicyCompiler().compile(document);
            say("%s: policy %s is valid: %d features, %d rules, review from %s, decline from %s%nsha256 %s"
                    .formatted(
                            file,
                            policy.id(),
                            policy.featureNames().size(),
                            policy.rules().size(),
                            number(policy.reviewAt()),
                            number(policy.declineAt()),
                            policy.sha256()));
            return 0;
        } catch (PolicyException e) {
            for (PolicyError error : e.errors()) {
                complain("%s:%d:%d: %s%s. %s."
                        .formatted(
                                file,
                                error.line(),
                                error.column(),
                                error.path().isEmpty() ? "" : error.path() + ": ",
                                error.problem(),
                                error.remedy()));
            }
            return 1;
        }
    }

    @Command(
            name = "publish",
            description = "Publishes a policy file. It does not decide yet.",
            mixinStandardHelpOptions = true)
    int publish(
            @Parameters(paramLabel = "FILE", description = "The policy.") Path file,
            @Mixin ServerAddress server,
            @Mixin Author author)
            throws IOException, InterruptedException {
        HttpResponse<String> response = server.send(
                server.request("/v1/policies?by=" + URLEncoder.encode(author.name(), StandardCharsets.UTF_8))
                        .header("Content-Type", "application/yaml")
                        .POST(BodyPublishers.ofFile(file)));
        JsonObject answer = new JsonObject(response.body());
        if (response.statusCode() >= 300) {
            return refused(file + ": ", answer);
        }
        say("policy %s %s %s at %s offset %d"
                .formatted(
                        answer.getString("policyId"),
                        answer.getString("sha256"),
                        answer.getBoolean("publishedBefore") ? "was published before," : "published",
                        CONTROL,
                        answer.getLong("offset")));
        return 0;
    }

    @Command(
            name = "list",
            description = "Shows what is published and active, and what was done.",
            mixinStandardHelpOptions = true)
    int list(
            @Mixin ServerAddress server,
            @Option(names = "--json", description = "Print JSON for programs.") boolean json)
            throws IOException, InterruptedException {
        HttpResponse<String> response = server.send(server.request("/v1/policies"));
        JsonObject answer = new JsonObject(response.body());
        if (response.statusCode() >= 300) {
            return refused("", answer);
        }
        say(json ? answer.encodePrettily() : table(answer));
        return 0;
    }

    @Command(name = "show", description = "Prints a published policy's document.", mixinStandardHelpOptions = true)
    int show(
            @Parameters(paramLabel = "SHA256", description = "Or the beginning of it.") String sha256,
            @Mixin ServerAddress server)
            throws IOException, InterruptedException {
        HttpResponse<String> response = server.send(server.request("/v1/policies/" + sha256));
        if (response.statusCode() >= 300) {
            return refused("", new JsonObject(response.body()));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(response.body());
        out.flush();
        return 0;
    }

    @Command(
            name = "schema",
            description = {
                "Prints the JSON Schema of policies, for editors: write it to policy.schema.json beside a policy that begins with",
                "# yaml-language-server: $$schema=policy.schema.json"
            },
            mixinStandardHelpOptions = true)
    int schema() {
        PrintWriter out = spec.commandLine().getOut();
        out.print(PolicySchema.text());
        out.flush();
        return 0;
    }

    @Command(
            name = "activate",
            description = "Has a published policy decide from a position on that it prints.",
            mixinStandardHelpOptions = true)
    int activate(
            @Parameters(paramLabel = "SHA256", description = "Or the beginning of it.") String sha256,
            @Mixin ServerAddress server,
            @Mixin Author author)
            throws IOException, InterruptedException {
        return activated(server, "/v1/policies/" + sha256 + "/activate", author);
    }

    @Command(
            name = "rollback",
            description = "Has the policy decide again that decided before the present one.",
            mixinStandardHelpOptions = true)
    int rollback(@Mixin ServerAddress server, @Mixin Author author) throws IOException, InterruptedException {
        return activated(server, "/v1/policies/rollback", author);
    }

    @Command(
            name = "shadow",
            description = "Has a published policy decide in shadow, into a topic of its own; see weir policy compare.",
            mixinStandardHelpOptions = true)
    int shadow(
            @Parameters(paramLabel = "SHA256", description = "Or the beginning of it.") String sha256,
            @Mixin ServerAddress server,
            @Mixin Author author)
            throws IOException, InterruptedException {
        return shadowed(server, "/v1/policies/" + sha256 + "/shadow", author);
    }

    @Command(
            name = "unshadow",
            description = "Has a policy decide in shadow no longer.",
            mixinStandardHelpOptions = true)
    int unshadow(
            @Parameters(paramLabel = "SHA256", description = "Or the beginning of it.") String sha256,
            @Mixin ServerAddress server,
            @Mixin Author author)
            throws IOException, InterruptedException {
        return shadowed(server, "/v1/policies/" + sha256 + "/unshadow", author);
    }

    private int shadowed(ServerAddress server, String path, Author author) throws IOException, InterruptedException {
        HttpResponse<String> response = post(server, path, author);
        JsonObject answer = new JsonObject(response.body());
        if (response.statusCode() >= 300) {
            return refused("", answer);
        }
        say("policy %s %s in shadow from %s offset %d on"
                .formatted(
                        answer.getString("sha256"),
                        answer.getBoolean("shadow") ? "decides" : "is no longer",
                        CONTROL,
                        answer.getLong("offset")));
        return 0;
    }

    private static HttpResponse<String> post(ServerAddress server, String path, Author author)
            throws IOException, InterruptedException {
        return server.send(server.request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        new JsonObject().put("by", author.name()).encode())));
    }

    private int activated(ServerAddress server, String path, Author author) throws IOException, InterruptedException {
        HttpResponse<String> response = post(server, path, author);
        JsonObject answer = new JsonObject(response.body());
        if (response.statusCode() >= 300) {
            return refused("", answer);
        }
        say(
                answer.getBoolean("active")
                        ? "policy %s decides from %s offset %d on"
                                .formatted(answer.getString("sha256"), CONTROL, answer.getLong("offset"))
                        : "activation of policy %s asked for at %s offset %d; it waits for %s"
                                .formatted(
                                        answer.getString("sha256"),
                                        CONTROL,
                                        answer.getLong("offset"),
                                        answer.getString("waitsFor")));
        return 0;
    }

    private static String table(JsonObject answer) {
        StringBuilder table = new StringBuilder();
        table.append("  %-12s  %-20s  %-20s  %-16s  %s%n".formatted("sha256", "policy", "published", "by", "state"));
        for (Object each : answer.getJsonArray("policies")) {
            JsonObject policy = (JsonObject) each;
            table.append("  %-12s  %-20s  %-20s  %-16s  %s%n"
                    .formatted(
                            policy.getString("sha256").substring(0, SHORT),
                            policy.getString("policyId"),
                            time(policy.getLong("publishedAtMs")),
                            policy.getString("publishedBy"),
                            state(policy)));
        }
        JsonArray history = answer.getJsonArray("history");
        table.append("%n  %6s  %-20s  %-22s  %-12s  %s%n".formatted("offset", "when", "what", "sha256", "by"));
        for (Object each : history) {
            JsonObject step = (JsonObject) each;
            table.append("  %6d  %-20s  %-22s  %-12s  %s%n"
                    .formatted(
                            step.getLong("offset"),
                            time(step.getLong("atMs")),
                            step.getString("action").replace('_', ' '),
                            step.getString("sha256").substring(0, SHORT),
                            step.getString("by")));
        }
        return table.toString().stripTrailing();
    }

    private static String state(JsonObject policy) {
        List<String> states = new ArrayList<>();
        if (policy.getBoolean("active")) {
            states.add("active");
        }
        if (policy.getBoolean("shadow")) {
            states.add("in shadow");
        }
        if (policy.containsKey("activationRequestedBy")) {
            states.add("activation asked for by " + policy.getString("activationRequestedBy"));
        }
        return String.join(", ", states);
    }

    private int refused(String where, JsonObject problem) {
        JsonArray errors = problem.getJsonArray("errors");
        if (errors == null) {
            complain(where + problem.getString("detail") + ". " + problem.getString("remedy") + ".");
            return 1;
        }
        for (Object each : errors) {
            JsonObject error = (JsonObject) each;
            complain("%sline %d, column %d: %s. %s."
                    .formatted(
                            where,
                            error.getInteger("line"),
                            error.getInteger("column"),
                            error.getString("problem"),
                            error.getString("remedy")));
        }
        return 1;
    }

    private static String time(long ms) {
        return Instant.ofEpochSecond(ms / 1000).toString();
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    private void say(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }

    private void complain(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(text);
        err.flush();
    }

    /** Who does it. */
    static final class Author {
        @Option(
                names = "--by",
                paramLabel = "NAME",
                description = "Who does this, for the record (default: the name you are logged in with).")
        private String name = System.getProperty("user.name", "unknown");

        String name() {
            return name;
        }
    }
}
