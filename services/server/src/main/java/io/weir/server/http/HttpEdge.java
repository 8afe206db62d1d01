package io.weir.server.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The HTTP server: the given routes, health, metrics, the interface's description, and a problem document for everything
 * that goes wrong.
 *
 * <p>It speaks HTTP/1.1 and runs on one event loop, that of the context it is given. What the routes share with each
 * other therefore needs no locks; more cores are used by more instances.
 */
public final class HttpEdge {
    /** Request line and headers, in bytes: what is larger is refused with 414 or 431. */
    private static final int MAX_HEADER_BYTES = 8192;

    private static final int MAX_LINE_BYTES = 4096;

    private final HttpSettings settings;
    private final HttpServer server;
    private volatile int connections;

    private HttpEdge(HttpSettings settings, Vertx vertx, Router router) {
        this.settings = settings;
        this.server = vertx.createHttpServer(options(settings))
                .requestHandler(router)
                .invalidRequestHandler(EdgeProblems::answerInvalid)
                .connectionHandler(this::admit);
    }

    /**
     * Starts listening.
     *
     * @param context the event loop to run on; must be an event-loop context
     * @return the running server, or the failure to listen (port in use)
     */
    public static Future<HttpEdge> start(
            Context context,
            HttpSettings settings,
            List<? extends Routes> routes,
            List<? extends Readiness> readiness,
            PrometheusMeterRegistry metrics) {
        if (!context.isEventLoopContext()) {
            throw new IllegalArgumentException("the HTTP server runs on an event loop");
        }
        Promise<HttpEdge> started = Promise.promise();
        context.runOnContext(now -> {
            HttpEdge edge = new HttpEdge(
                    settings, context.owner(), router(context.owner(), settings, routes, readiness, metrics));
            Gauge.builder("weir.http.connections", edge, HttpEdge::connections)
                    .description("Open connections")
                    .register(metrics);
            edge.server.listen().onSuccess(listening -> started.complete(edge)).onFailure(started::fail);
        });
        return started.future();
    }

    /** The router with everything on it: the given routes, health, metrics, description, problem documents. */
    public static Router router(
            Vertx vertx,
            HttpSettings settings,
            List<? extends Routes> routes,
            List<? extends Readiness> readiness,
            PrometheusMeterRegistry metrics) {
        Router router = Router.router(vertx);
        router.route().handler(new RequestWatch(settings, metrics));
        new OperationalRoutes(readiness, metrics).mount(router);
        for (Routes part : routes) {
            part.mount(router);
        }
        EdgeProblems.mount(router);
        return router;
    }

    /** The port that it listens on. */
    public int actualPort() {
        return server.actualPort();
    }

    /** Stops accepting, lets requests in flight finish for as long as the settings say, then closes every connection. */
    public Future<Void> close() {
        return server.shutdown(Duration.ofMillis(settings.shutdownTimeoutMs()));
    }

    private static HttpServerOptions options(HttpSettings settings) {
        return new HttpServerOptions()
                .setHost(settings.host())
                .setPort(settings.port())
                .setIdleTimeout(Math.toIntExact(settings.idleTimeoutMs()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setHandle100ContinueAutomatically(true)
                .setHttp2ClearTextEnabled(false)
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true);
    }

    private void admit(HttpConnection connection) {
        if (connections >= settings.maxConnections()) {
            connection.close();
            return;
        }
        count(1);
        connection.closeHandler(closed -> count(-1));
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written on the event loop only
    private void count(int change) {
        connections += change;
    }

    private double connections() {
        return connections;
    }
}
