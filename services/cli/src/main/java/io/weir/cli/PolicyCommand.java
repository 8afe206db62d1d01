package io.weir.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.core.policy.Policy;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.server.model.ModelException;
import io.weir.server.model.Models;
import io.weir.server.model.XgboostModel;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import io.weir.server.policy.PolicySchema;
import io.weir.server.yaml.DocumentError;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
        subcommands = {
            PolicyShadowCommand.Begin.class,
            PolicyShadowCommand.End.class,
            PolicyCompareCommand.class,
            RuleCommand.class
        },
        description = "Validates, publishes and activates policies. Every step is an event on the log.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "1:refused, or the policy has errors", "2:wrong usage"})
final class PolicyCommand implements Runnable {
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
                "Name a step: validate, publish, list, show, shadow, unshadow, compare, activate, rollback, rule or schema.");
    }

    @Command(
            name = "validate",
            description = "Checks a policy file; needs no server. Prints every error with line and column.",
            mixinStandardHelpOptions = true)
    int validate(
            @Parameters(paramLabel = "FILE", description = "The policy.") Path file,
            @Option(
                            names = "--model",
                            paramLabel = "FILE",
                            description = "A model that the policy names; may be repeated. Not needed with --server.")
                    @Nullable
                    List<Path> models,
            @Option(
                            names = "--server",
                            paramLabel = "URL",
                            description = "Have this server check it, which knows the published models.")
                    @Nullable
                    String server)
            throws IOException, InterruptedException {
        if (server != null && models != null) {
            throw new ParameterException(
                    spec.commandLine(), "Give --model or --server: a server checks with the models published there.");
        }
        return server == null ? validate(file, models == null ? List.of() : models) : validate(file, server);
    }

    private int validate(Path file, String server) throws IOException, InterruptedException {
        ServerAddress address = new ServerAddress(server);
        HttpResponse<String> response = address.send(address.request("/v1/policies/validate")
                .header("Content-Type", "application/yaml")
                .POST(BodyPublishers.ofFile(file)));
        return new Answers(spec)
                .answered(
                        response,
                        file + ": ",
                        answer -> valid(
                                file,
                                answer.getString("policyId"),
                                answer.getInteger("features"),
                                answer.getInteger("rules"),
                                answer.getDouble("review"),
                                answer.getDouble("decline"),
                                answer.getString("sha256")));
    }

    private int validate(Path file, List<Path> modelFiles) throws IOException {
        Map<Sha256, XgboostModel> models = new HashMap<>();
        for (Path each : modelFiles) {
            try {
                XgboostModel model = XgboostModel.read(Files.readAllBytes(each));
                models.put(model.sha256(), model);
            } catch (ModelException e) {
                complain(each + ": " + e.getMessage() + ".");
                return 1;
            }
        }
        Models shipped = new Models();
        String document = Files.readString(file);
        try {
            Policy policy = new PolicyCompiler(
                            sha256 -> models.containsKey(sha256) ? models.get(sha256) : shipped.find(sha256))
                    .compile(document);
            valid(
                    file,
                    policy.id(),
                    policy.featureNames().size(),
                    policy.rules().size(),
                    policy.reviewAt(),
                    policy.declineAt(),
                    policy.sha256().hex());
            return 0;
        } catch (PolicyException e) {
            for (DocumentError error : e.errors()) {
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

    private void valid(Path file, String id, int features, int rules, double review, double decline, String sha256) {
        say("%s: policy %s is valid: %d features, %d rules, review from %s, decline from %s%nsha256 %s"
                .formatted(file, id, features, rules, number(review), number(decline), sha256));
    }

    @Command(
            name = "publish",
            description = "Publishes a policy file. It does not decide yet.",
            mixinStandardHelpOptions = true)
    int publish(
            @Parameters(paramLabel = "FILE", description = "The policy.") Path file,
            @Mixin ServerAddress server,
            @Mixin Answers.Author author)
            throws IOException, InterruptedException {
        HttpResponse<String> response = server.send(
                server.request("/v1/policies?by=" + URLEncoder.encode(author.name(), StandardCharsets.UTF_8))
                        .header("Content-Type", "application/yaml")
                        .POST(BodyPublishers.ofFile(file)));
        return new Answers(spec)
                .answered(
                        response,
                        file + ": ",
                        answer -> say("policy %s %s %s at %s offset %d"
                                .formatted(
                                        answer.getString("policyId"),
                                        answer.getString("sha256"),
                                        answer.getBoolean("publishedBefore") ? "was published before," : "published",
                                        CONTROL,
                                        answer.getLong("offset"))));
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
        return new Answers(spec).shown(response, json, PolicyCommand::table);
    }

    @Command(
            name = "show",
            description = "Prints a published policy's document, and on standard error what state it is in.",
            mixinStandardHelpOptions = true)
    int show(
            @Parameters(paramLabel = "SHA256", description = "Or the beginning of it.") String sha256,
            @Mixin ServerAddress server)
            throws IOException, InterruptedException {
        HttpResponse<String> response = server.send(server.request("/v1/policies/" + sha256));
        if (response.statusCode() >= 300) {
            return refused("", new JsonObject(response.body()));
        }
        new Answers(spec).print(response.body());
        HttpResponse<String> all = server.send(server.request("/v1/policies"));
        if (all.statusCode() < 300) {
            new JsonObject(all.body())
                    .getJsonArray("policies").stream()
                            .map(JsonObject.class::cast)
                            .filter(policy -> policy.getString("sha256").startsWith(sha256))
                            .filter(policy -> !state(policy).isEmpty())
                            .forEach(policy -> complain(policy.getString("sha256") + ": " + state(policy)));
        }
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
        new Answers(spec).print(PolicySchema.text());
        return 0;
    }

    @Command(
            name = "activate",
            description = {
                "Has a published policy decide from a position on that it prints.",
                "Waits until the engines have warmed up the history that it needs, and shows how far they are."
            },
            mixinStandardHelpOptions = true)
    int activate(
            @Parameters(paramLabel = "SHA256", description = "Or the beginning of it.") String sha256,
            @Option(
                            names = "--no-wait",
                            description = "End at once where the policy's history is still being warmed up.")
                    boolean noWait,
            @Mixin ServerAddress server,
            @Mixin Answers.Author author)
            throws IOException, InterruptedException {
        return activated(server, "/v1/policies/" + sha256 + "/activate", author, !noWait);
    }

    @Command(
            name = "rollback",
            description = "Has the policy decide again that decided before the present one.",
            mixinStandardHelpOptions = true)
    int rollback(@Mixin ServerAddress server, @Mixin Answers.Author author) throws IOException, InterruptedException {
        return activated(server, "/v1/policies/rollback", author, true);
    }

    private int activated(ServerAddress server, String path, Answers.Author author, boolean wait)
            throws IOException, InterruptedException {
        HttpResponse<String> response = activate(server, path, author);
        JsonObject answer = new JsonObject(response.body());
        Progress progress = Progress.of(spec, false);
        boolean waited = false;
        while (wait && response.statusCode() == 409 && answer.getString("type").endsWith(":policy-warming")) {
            progress.line(answer.getString("detail"));
            waited = true;
            Thread.sleep(Duration.ofSeconds(
                    Long.parseLong(response.headers().firstValue("Retry-After").orElse("1"))));
            response = activate(server, path, author);
            answer = new JsonObject(response.body());
        }
        if (waited) {
            progress.endLine();
        }
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

    private static HttpResponse<String> activate(ServerAddress server, String path, Answers.Author author)
            throws IOException, InterruptedException {
        return server.send(server.request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        new JsonObject().put("by", author.name()).encode())));
    }

    /** What a policy is, and how far its history is warmed up, as far as the server has engines that know. */
    private static String state(JsonObject policy) {
        String requestedBy = policy.getString("activationRequestedBy");
        List<String> states = new ArrayList<>();
        if (policy.getBoolean("active")) {
            states.add("active");
        } else if (requestedBy != null) {
            states.add("activation asked for by " + requestedBy);
        }
        if (policy.getBoolean("shadow", false)) {
            states.add("in shadow");
        }
        JsonObject warmUp = policy.getJsonObject("warmUp");
        if (warmUp != null) {
            switch (warmUp.getString("state")) {
                case "cold" -> states.add("history not kept");
                case "warming" ->
                    states.add("warming: %d of %d records"
                            .formatted(warmUp.getLong("records"), warmUp.getLong("ofRecords")));
                default -> {
                    long tookMs = warmUp.getLong("tookMs");
                    if (tookMs > 0) {
                        states.add("warmed up in %.1f s".formatted(tookMs / 1e3));
                    }
                }
            }
        }
        return String.join(", ", states);
    }

    private static String table(JsonObject answer) {
        StringBuilder table = new StringBuilder();
        table.append("  %-12s  %-20s  %-20s  %-16s  %s%n".formatted("sha256", "policy", "published", "by", "state"));
        for (Object each : answer.getJsonArray("policies")) {
            JsonObject policy = (JsonObject) each;
            table.append("  %-12s  %-20s  %-20s  %-16s  %s%n"
                    .formatted(
                            policy.getString("sha256").substring(0, Answers.SHORT),
                            policy.getString("policyId"),
                            Answers.time(policy.getLong("publishedAtMs")),
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
                            Answers.time(step.getLong("atMs")),
                            step.getString("action").replace('_', ' '),
                            step.getString("sha256").substring(0, Answers.SHORT),
                            step.getString("by")));
        }
        return table.toString().stripTrailing();
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    private int refused(String where, JsonObject problem) {
        return new Answers(spec).refused(where, problem);
    }

    private void say(String text) {
        new Answers(spec).say(text);
    }

    private void complain(String text) {
        new Answers(spec).complain(text);
    }
}
