package io.weir.server.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Health, metrics, and the description of the interface. */
final class OperationalRoutes implements Routes {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final List<Readiness> readiness;
    private final PrometheusMeterRegistry metrics;
    private final Buffer openapi = openapi();

    OperationalRoutes(List<? extends Readiness> readiness, PrometheusMeterRegistry metrics) {
        this.readiness = List.copyOf(readiness);
        this.metrics = metrics;
    }

    @Override
    public void mount(Router router) {
        read(router, "/health/live", context -> answer(context, 200, new JsonObject().put("status", "live")));
        read(router, "/health/ready", this::ready);
        read(router, "/metrics", this::metrics);
        read(router, "/openapi.yaml", context -> context.response()
                .putHeader("Content-Type", "application/yaml")
                .end(openapi));
    }

    /** The document that {@code /openapi.yaml} serves. */
    static Buffer openapi() {
        try (InputStream in = OperationalRoutes.class.getResourceAsStream("openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("openapi.yaml is not in this build");
            }
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("openapi.yaml cannot be read", e);
        }
    }

    private static void read(Router router, String path, io.vertx.core.Handler<RoutingContext> handler) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
    }

    private void ready(RoutingContext context) {
        JsonObject checks = new JsonObject();
        boolean ready = true;
        for (Readiness check : readiness) {
            String reason = check.notReadyBecause();
            ready &= reason == null || !check.holdsTrafficBack();
            checks.put(check.name(), reason == null ? "ready" : reason);
        }
        answer(
                context,
                ready ? 200 : 503,
                new JsonObject().put("status", ready ? "ready" : "not ready").put("checks", checks));
    }

    private void metrics(RoutingContext context) {
        // Walks through every histogram: not on the event loop.
        context.vertx()
                .executeBlocking(() -> Buffer.buffer(metrics.scrape(PROMETHEUS)), false)
                .onSuccess(text ->
                        context.response().putHeader("Content-Type", PROMETHEUS).end(text))
                .onFailure(context::fail);
    }

    private static void answer(RoutingContext context, int status, JsonObject body) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(body.toBuffer());
    }
}
