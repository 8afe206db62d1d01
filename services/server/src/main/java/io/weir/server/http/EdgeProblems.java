package io.weir.server.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Problem documents for what goes wrong before, between and in the routes. Nothing internal reaches the caller. */
final class EdgeProblems {
    private static final Logger log = LoggerFactory.getLogger(EdgeProblems.class);

    private final RouteTable routes;

    private EdgeProblems(RouteTable routes) {
        this.routes = routes;
    }

    /** Answers for every failure on the router. To be called once all routes are mounted. */
    static void mount(Router router) {
        EdgeProblems problems = new EdgeProblems(RouteTable.of(router));
        for (int code = 400; code < 600; code++) {
            int status = code; // the context itself does not know it when the path could not be decoded
            router.errorHandler(status, context -> problems.answer(context, status));
        }
    }

    /** What Netty could not read as a request. The connection is closed: what follows on it has no meaning. */
    static void answerInvalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        Problem problem;
        if (cause instanceof TooLongHttpLineException) {
            problem = new Problem(
                    414, "uri-too-long", "URI too long", "the request line is too long", null, "send a shorter URI");
        } else if (cause instanceof TooLongHttpHeaderException) {
            problem = new Problem(
                    431,
                    "headers-too-large",
                    "Headers too large",
                    "the headers have more than 8192 bytes in all",
                    null,
                    "send fewer or shorter headers");
        } else {
            problem = badRequest("the request is not valid HTTP/1.1");
        }
        problem.send(request.response());
        request.connection().close();
    }

    private void answer(RoutingContext context, int status) {
        if (context.response().headWritten()) {
            // Too late for a status: the caller sees that the answer is cut off.
            context.request().connection().close();
            return;
        }
        if (context.failure() instanceof ProblemException e) {
            e.problem().send(context);
            return;
        }
        if (status == 404) {
            notFound(context).send(context);
        } else if (status == 405) {
            Set<String> methods = routes.methods(context.normalizedPath());
            context.response().putHeader("Allow", String.join(", ", methods));
            methodNotAllowed(context, methods).send(context);
        } else if (status >= 400 && status < 500) {
            badRequest("the request line, Host header or path is malformed").send(context);
        } else {
            log.error(
                    "{} {} failed",
                    context.request().method(),
                    Text.shown(String.valueOf(context.request().path())),
                    context.failure());
            internalError().send(context);
        }
    }

    private static Problem notFound(RoutingContext context) {
        return new Problem(
                404,
                "not-found",
                "Not found",
                "there is nothing at " + Text.shown(context.request().path()),
                null,
                "see /openapi.yaml for what there is");
    }

    private static Problem methodNotAllowed(RoutingContext context, Set<String> methods) {
        return new Problem(
                405,
                "method-not-allowed",
                "Method not allowed",
                "the method is " + Text.shown(context.request().method().name()),
                null,
                "use " + String.join(" or ", methods));
    }

    private static Problem badRequest(String detail) {
        return new Problem(
                400,
                "bad-request",
                "Bad request",
                detail,
                null,
                "send a well-formed HTTP/1.1 request with a Host header");
    }

    private static Problem internalError() {
        return new Problem(
                500,
                "internal-error",
                "Internal error",
                "something went wrong here",
                null,
                "try again; if it stays, the operator finds the cause in the server's log");
    }
}
