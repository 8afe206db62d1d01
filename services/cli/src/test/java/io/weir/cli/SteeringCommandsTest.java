package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.weir.events.Sha256;
import io.weir.local.LocalStack;
import io.weir.server.control.ListRoutes;
import io.weir.server.control.Lists;
import io.weir.server.control.ModelRoutes;
import io.weir.server.control.Policies;
import io.weir.server.control.PolicyRoutes;
import io.weir.server.control.PublishedModels;
import io.weir.server.control.RuleRoutes;
import io.weir.server.control.Rules;
import io.weir.server.guard.RuleRates.RuleRate;
import io.weir.server.log.Cluster;
import io.weir.server.log.ControlLog;
import io.weir.server.model.Models;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import io.weir.server.topics.TopicProvisioner;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands for models, lists and rules, against the routes on a provisioned control topic. */
class SteeringCommandsTest {
    private static final long NOW = 1_750_000_000_000L;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private String url = "";

    @Test
    void modelsListsAndRulesAreSteeredFromTheCommandLine(@TempDir Path directory) throws Exception {
        Vertx vertx = Vertx.vertx();
        LocalStack stack = LocalStack.shared(); // where nobody else writes to the control topic
        try (RegistryClient registry = new RegistryClient(stack.registryUrl())) {
            Cluster cluster = Cluster.at(stack.bootstrapServers());
            new TopicProvisioner(cluster, Duration.ofSeconds(30)).apply(2, registry);
            url = "http://127.0.0.1:"
                    + serve(vertx, new ControlLog(cluster, Schemas.load(registry, Duration.ofSeconds(30))));

            Path policy = withItsModel(directory);
            String sha256 = aPolicyIsPublished(policy);
            membersChange();
            aRuleGoesIntoShadowAndComesBack(sha256);
        } finally {
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    private static int serve(Vertx vertx, ControlLog control) throws Exception {
        Models models = new Models();
        Policies policies = new Policies(control, models, () -> NOW, false, sha256 -> List.of());
        Router router = Router.router(vertx);
        new PolicyRoutes(policies, (policy, fromMs, toMs) -> {
                    throw new AssertionError("no command of this test asks for a backtest over HTTP");
                })
                .mount(router);
        new ModelRoutes(new PublishedModels(control, policies, () -> NOW), models).mount(router);
        new ListRoutes(new Lists(control, policies, () -> NOW)).mount(router);
        new RuleRoutes(new Rules(control, policies, (of, code) -> new RuleRate(500, 7, 100, 2), () -> NOW))
                .mount(router);
        return vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS)
                .actualPort();
    }

    /** Publishes a model with its card; returns a policy that uses it. */
    private Path withItsModel(Path directory) throws Exception {
        Path model = directory.resolve("model.json");
        Files.writeString(model, """
                {"learner":{"feature_names":["amount"],"objective":{"name":"binary:logistic"},
                "learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"1","num_target":"1"},
                "gradient_booster":{"name":"gbtree","model":{"trees":[{"left_children":[1,-1,-1],
                "right_children":[2,-1,-1],"split_indices":[0,0,0],"split_conditions":[100.5,-0.25,0.75],
                "default_left":[0,0,0],"sum_hessian":[4.0,3.0,1.0]}]}}},"version":[3,0,4]}
                """);
        Path card = directory.resolve("card.json");
        Files.writeString(card, "{\"auc\": 0.88}");
        String sha256 = Sha256.of(Files.readAllBytes(model)).hex();
        assertThat(run("model", "import", model.toString(), "--card", card.toString(), "--by", "ann"))
                .startsWith("model model.json " + sha256 + " published at weir.control offset 0");
        assertThat(run("model", "import", model.toString(), "--name", "other")).contains("was published before");
        assertThat(run("model", "list")).contains(sha256.substring(0, 12)).contains("ann");
        assertThat(run("model", "show", sha256.substring(0, 8))).isEqualTo(Files.readString(model));
        assertThat(run("model", "show", sha256, "--card")).isEqualTo(Files.readString(card));
        assertThat(refused("model", "import", card.toString())).contains("card.json: learner");

        Path policy = directory.resolve("policy.yaml");
        Files.writeString(policy, """
                id: scored
                lists:
                  - {name: stolen, kind: block, entity: terminal, reason: The terminal is stolen}
                features:
                  - {name: amount, expression: transaction.amountMinor}
                rules:
                  - {code: LARGE, when: amount > 100.0, weight: 50, reason: Large}
                model: {sha256: %s, features: [amount], points: 80}
                thresholds: {review: 30, decline: 70}
                """.formatted(sha256));
        return policy;
    }

    private String aPolicyIsPublished(Path policy) throws Exception {
        assertThat(execute("policy", "validate", policy.toString(), "--server", url))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("policy scored is valid");
        assertThat(run("policy", "publish", policy.toString(), "--by", "ann")).contains("published at weir.control");
        return Sha256.of(Files.readAllBytes(policy)).hex();
    }

    private void membersChange() {
        assertThat(run("list", "add", "stolen", "t-1", "t-2", "--reason", "reported", "--by", "ann"))
                .isEqualToIgnoringNewLines(
                        "list stolen: 2 added, 0 removed, 2 members, from weir.control offset 2 on\n");
        assertThat(run("list", "remove", "stolen", "t-1", "--reason", "found", "--by", "ben"))
                .contains("0 added, 1 removed, 1 members");
        assertThat(run("list", "remove", "stolen", "t-1", "--reason", "found")).contains("nothing to change");
        assertThat(run("list", "add", "early", "t-1", "--reason", "for later")).contains("note: no published policy");
        assertThat(run("list", "show")).contains("stolen").contains("ben: found");
        assertThat(run("list", "show", "stolen"))
                .contains("t-2")
                .contains("ann: reported")
                .contains("1 members");
        assertThat(refused("list", "show", "none")).contains("no list 'none' ever had a member");
    }

    private void aRuleGoesIntoShadowAndComesBack(String sha256) {
        assertThat(run("policy", "rule", "shadow", sha256, "LARGE", "--reason", "too many alerts", "--by", "ann"))
                .contains("rule LARGE of policy " + sha256.substring(0, 12) + " is in shadow from weir.control offset");
        assertThat(run("policy", "rule", "list", sha256))
                .containsPattern("LARGE +50.0 +shadow +500 +7 .* by ann: too many alerts");
        assertThat(refused("policy", "rule", "shadow", sha256, "LARGE", "--reason", "again"))
                .contains("in shadow already");
        assertThat(run("policy", "rule", "enforce", sha256, "LARGE", "--reason", "mended"))
                .contains("counts from weir.control offset");
    }

    private String run(String... args) {
        assertThat(execute(withUrl(args)))
                .as("%s: %s", Arrays.toString(args), err)
                .isZero();
        return out.toString();
    }

    private String refused(String... args) {
        assertThat(execute(withUrl(args)))
                .as("%s: %s", Arrays.toString(args), out)
                .isEqualTo(1);
        return err.toString();
    }

    private String[] withUrl(String... args) {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        all.add("--url");
        all.add(url);
        return all.toArray(String[]::new);
    }

    private int execute(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err));
        return commandLine.execute(args);
    }
}
