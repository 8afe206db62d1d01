package io.weir.cli;

import io.vertx.core.json.JsonObject;
import io.weir.events.Topics;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir policy shadow} and {@code weir policy unshadow}: a policy decides beside the active one, or no longer. */
abstract sealed class PolicyShadowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "SHA256", description = "Or the beginning of it.")
    private String sha256 = "";

    @Mixin
    private ServerAddress server = new ServerAddress();

    @Mixin
    private Answers.Author author = new Answers.Author();

    private final String step;

    private PolicyShadowCommand(String step) {
        this.step = step;
    }

    @Command(
            name = "shadow",
            description = "Has a published policy decide in shadow, into a topic of its own; see weir policy compare.",
            mixinStandardHelpOptions = true)
    static final class Begin extends PolicyShadowCommand {
        Begin() {
            super("shadow");
        }
    }

    @Command(
            name = "unshadow",
            description = "Has a policy decide in shadow no longer.",
            mixinStandardHelpOptions = true)
    static final class End extends PolicyShadowCommand {
        End() {
            super("unshadow");
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        HttpResponse<String> response = server.send(server.request("/v1/policies/" + sha256 + "/" + step)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        new JsonObject().put("by", author.name()).encode())));
        Answers answers = new Answers(spec);
        return answers.answered(
                response,
                "",
                answer -> answers.say("policy %s %s in shadow from %s offset %d on"
                        .formatted(
                                answer.getString("sha256"),
                                answer.getBoolean("shadow") ? "decides" : "is no longer",
                                Topics.CONTROL.topicName(),
                                answer.getLong("offset"))));
    }
}
