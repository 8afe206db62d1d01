package io.weir.server.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;

/** Runs before every route: counts the answer, and bounds how long a body may go on after it was answered. */
final class RequestWatch implements Handler<RoutingContext> {
    private final HttpSettings settings;
    private final MeterRegistry metrics;
    private final Map<Answer, Counter> answers = new HashMap<>(); // routes x statuses: bounded

    RequestWatch(HttpSettings settings, MeterRegistry metrics) {
        this.settings = settings;
        this.metrics = metrics;
    }

    @Override
    public void handle(RoutingContext context) {
        context.put(RequestBody.TIMEOUT_KEY, settings.bodyTimeoutMs());
        context.addEndHandler(ended -> {
            count(context);
            closeIfTheBodyGoesOn(context);
        });
        context.next();
    }

    private void count(RoutingContext context) {
        Route route = context.currentRoute();
        String path = route == null || route.getName() == null ? "none" : RouteTable.template(route);
        answers.computeIfAbsent(new Answer(path, context.response().getStatusCode()), answer -> Counter.builder(
                                "weir.http.answers")
                        .description("Answers to HTTP requests")
                        .tag("route", answer.route)
                        .tag("status", Integer.toString(answer.status))
                        .register(metrics))
                .increment();
    }

    private void closeIfTheBodyGoesOn(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!request.isEnded()) {
            long patience = context.vertx().setTimer(settings.bodyTimeoutMs(), timer -> {
                if (!request.isEnded()) {
                    request.connection().close();
                }
            });
            // Else the timer would keep the request, and its connection, long after both are over.
            request.end().onComplete(over -> context.vertx().cancelTimer(patience));
        }
    }

    private record Answer(String route, int status) {}
}
