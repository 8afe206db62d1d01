package io.weir.load.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.local.LocalStack;
import io.weir.server.Role;
import io.weir.server.Server;
import io.weir.server.ServerSettings;
import io.weir.server.audit.AuditFilter;
import io.weir.server.audit.AuditProgress;
import io.weir.server.audit.AuditReport;
import io.weir.server.audit.Auditor;
import io.weir.server.gateway.GatewaySettings;
import io.weir.server.guard.BreakerSettings;
import io.weir.server.health.HealthSettings;
import io.weir.server.http.HttpSettings;
import io.weir.server.log.Cluster;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import io.weir.server.score.DeadLetterBreakerSettings;
import io.weir.server.topics.TopicProvisioner;
import io.weir.server.views.ViewsConfig;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The short form of {@code weir fuzz}: one server with all roles, on a real broker and registry. */
class FuzzTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SEED = 1;

    private static final HttpClient http = HttpClient.newHttpClient();
    private static Cluster cluster;
    private static RegistryClient registry;
    private static Schemas schemas;
    private static Server server;

    @BeforeAll
    static void start() throws Exception {
        LocalStack stack = LocalStack.shared();
        cluster = Cluster.at(stack.bootstrapServers());
        registry = new RegistryClient(stack.registryUrl());
        new TopicProvisioner(cluster, PATIENCE).apply(4, registry);
        schemas = Schemas.load(registry, PATIENCE);
        server = Server.start(new ServerSettings(
                cluster,
                stack.registryUrl(),
                Set.of(Role.ALL),
                "fuzz",
                1,
                null,
                false,
                Duration.ofSeconds(2),
                false,
                PATIENCE,
                HttpSettings.at("127.0.0.1", 0).withTimeouts(60_000, 1_000),
                GatewaySettings.defaults(),
                ViewsConfig.defaults(),
                BreakerSettings.defaults(),
                DeadLetterBreakerSettings.never(),
                HealthSettings.defaults(),
                List.of()));
        await().atMost(PATIENCE).until(() -> get("/health/ready").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        server.close();
        registry.close();
    }

    @Test
    void badRequestsAreRefusedWithAProblemWhileGoodOnesAreDecided() throws Exception {
        GatewayFuzz.Result result =
                new GatewayFuzz(new InetSocketAddress("127.0.0.1", server.port()), SEED, 1_500, 16, 5).run(sent -> {});

        assertThat(result.counts().faults())
                .as("seed %d:%n%s", SEED, result.counts().table())
                .isEmpty();
        assertThat(result.counts().kinds()).as("kinds").hasSizeGreaterThan(20);
        // It was a fuzzer worth its name, and it went by without a trace.
        for (String status : Set.of("200", "400", "404", "405", "408", "413", "414", "415", "422", "431")) {
            assertThat(result.counts().outcome(status)).as(status).isPositive();
        }
        await().atMost(PATIENCE).until(() -> metric("weir_gateway_in_flight") == 0);
        // The one that asks, and where its client keeps one more.
        await().atMost(PATIENCE).until(() -> metric("weir_http_connections") <= 2);
    }

    @Test
    void everyBadRecordIsADeadLetterOnceAndEveryGoodOneIsDecidedOnce() throws Exception {
        LogFuzz.Result result = new LogFuzz(cluster, schemas, SEED, 2_000, 0.4, 2).run(PATIENCE, written -> {});

        assertThat(result.counts().faults())
                .as("seed %d:%n%s", SEED, result.counts().table())
                .isEmpty();
        assertThat(result.counts().kinds()).as("kinds").hasSizeGreaterThan(25);
        AuditReport audit = new Auditor(cluster, schemas).verify(AuditFilter.ALL, new AuditProgress(), () -> false);
        assertThat(audit.result()).as(audit.text()).isEqualTo(AuditReport.Result.VERIFIED);
        await().atMost(PATIENCE).until(() -> metric("weir_views_lag") == 0);
        for (String id : result.decided()) {
            assertThat(get("/v1/decisions/" + id).statusCode()).as(id).isEqualTo(200);
        }
    }

    private static double metric(String name) throws Exception {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
}
