package io.weir.server.views;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.server.http.DecisionLookup;
import io.weir.server.http.EventJson;
import io.weir.server.http.Problem;
import io.weir.server.http.Routes;
import io.weir.server.log.LogFeed;
import io.weir.server.views.AlertStream.Connection;
import io.weir.server.views.QueryParameters.InvalidParameterException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The views over HTTP. Everything is answered from memory, on the event loop. */
final class ReadRoutes implements Routes {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAXIMUM_LIMIT = 1_000;
    /** Whoever has just been answered may ask for that decision at once; the views are a few milliseconds behind. */
    private static final int LOOKS = 6;

    private static final long BETWEEN_LOOKS_MS = 10;
    private static final Set<String> PAGE_PARAMETERS = pageParameters();

    private final DecisionLookup decisions;
    private final AlertStream stream;
    private final Duration heartbeat;
    private final LogFeed feed;

    ReadRoutes(DecisionLookup decisions, AlertStream stream, Duration heartbeat, LogFeed feed) {
        this.decisions = decisions;
        this.stream = stream;
        this.heartbeat = heartbeat;
        this.feed = feed;
    }

    @Override
    public void mount(Router router) {
        router.get("/v1/decisions/:transactionId").handler(QueryParameters.checked(this::decision));
        router.get("/v1/alerts").handler(QueryParameters.checked(this::alerts));
        router.get("/v1/alerts/stream").handler(QueryParameters.checked(this::stream));
    }

    private void decision(RoutingContext context) {
        var unused = new QueryParameters(context.queryParams(), Set.of());
        look(context, context.pathParam("transactionId"), LOOKS);
    }

    private void look(RoutingContext context, String id, int looks) {
        TransactionDecided decided = decisions.decision(id);
        if (decided == null && !feed.caughtUp()) {
            stillReading(context, feed);
            return;
        }
        if (decided == null && looks > 1) {
            var unused = context.vertx().setTimer(BETWEEN_LOOKS_MS, timer -> look(context, id, looks - 1));
            return;
        }
        if (decided == null) {
            new Problem(
                            404,
                            "decision-not-found",
                            "Decision not found",
                            "no decision on transaction '" + id + "' is held here",
                            "transactionId",
                            "if it was submitted just now, ask again in a moment; an older one may be on the topic "
                                    + Topics.DECISIONS.topicName() + " still, and submitting it again is safe")
                    .send(context);
            return;
        }
        send(context, EventJson.decision(decided, decisions.names(decided.policySha256())));
    }

    private void alerts(RoutingContext context) {
        QueryParameters query = new QueryParameters(context.queryParams(), PAGE_PARAMETERS);
        AlertFilter filter = AlertFilter.of(query);
        if (!feed.caughtUp()) {
            stillReading(context, feed);
            return;
        }
        int limit = (int) query.integer("limit", 1, MAXIMUM_LIMIT, DEFAULT_LIMIT);
        AlertView.Page page = stream.alerts().page(filter, before(query), limit);
        JsonArray alerts = new JsonArray();
        for (HeldAlert alert : page.alerts()) {
            alerts.add(EventJson.alert(alert.read()));
        }
        JsonObject json = new JsonObject().put("alerts", alerts);
        LogPosition next = page.next();
        send(context, next == null ? json : json.put("nextCursor", next.toCursor()));
    }

    private void stream(RoutingContext context) {
        QueryParameters query = new QueryParameters(context.queryParams(), AlertFilter.PARAMETERS);
        AlertFilter filter = AlertFilter.of(query);
        StreamPosition after = after(context);
        HttpServerResponse response = context.response();
        StreamClient client = new StreamClient(context.vertx().getOrCreateContext(), response);
        Connection connection = stream.connect(filter, after, client);
        if (connection == null) {
            response.putHeader("Retry-After", "5");
            new Problem(
                            503,
                            "too-many-streams",
                            "Too many streams",
                            "as many clients listen to the stream of alerts as this instance serves",
                            null,
                            "try again later, or consume the topic " + Topics.FRAUD_ALERTS.topicName() + " with Kafka")
                    .send(context);
            return;
        }
        context.addEndHandler(ended -> {
            client.over();
            stream.disconnect(connection);
        });
        client.start(connection, heartbeat);
    }

    /** What is not there may only not have been read yet: to say that it does not exist would be wrong. */
    static void stillReading(RoutingContext context, LogFeed feed) {
        new Problem(
                        503,
                        "views-catching-up",
                        "Views are catching up",
                        "this instance has started and "
                                + Objects.requireNonNullElse(feed.notReadyBecause(), "has just read the log"),
                        null,
                        "try again, or ask another instance; transactions are decided meanwhile")
                .send(context);
    }

    private static @Nullable LogPosition before(QueryParameters query) {
        String cursor = query.text("cursor");
        if (cursor == null) {
            return null;
        }
        LogPosition before = LogPosition.ofCursor(cursor);
        if (before == null) {
            throw query.invalid(
                    "cursor", "is no cursor", "use nextCursor of the page before as it is, or leave it out");
        }
        return before;
    }

    private static @Nullable StreamPosition after(RoutingContext context) {
        String id = context.request().getHeader("Last-Event-ID");
        if (id == null || id.isEmpty()) {
            return null;
        }
        StreamPosition after = StreamPosition.parse(id);
        if (after == null) {
            throw new InvalidParameterException(
                    "Last-Event-ID",
                    "header Last-Event-ID is not an id of this stream",
                    "send the last id received from this stream as it is, or leave the header out");
        }
        return after;
    }

    private static void send(RoutingContext context, JsonObject json) {
        var unused =
                context.response().putHeader("Content-Type", "application/json").end(json.toBuffer());
    }

    private static Set<String> pageParameters() {
        Set<String> parameters = new TreeSet<>(AlertFilter.PARAMETERS);
        parameters.add("limit");
        parameters.add("cursor");
        return parameters;
    }
}
