package io.weir.server.views;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.core.decide.Profile;
import io.weir.core.policy.Entity;
import io.weir.events.TransactionDecided;
import io.weir.server.http.DecisionLookup;
import io.weir.server.http.Problem;
import io.weir.server.http.Routes;
import io.weir.server.log.LogFeed;
import io.weir.server.views.QueryParameters.InvalidParameterException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Accounts and other entities over HTTP: their live windows from the state, their last decisions from the views. */
final class StateRoutes implements Routes {
    private static final List<Entity> KINDS = Arrays.stream(Entity.values())
            .filter(kind -> kind != Entity.ACCOUNT)
            .toList();
    private static final String KIND_NAMES =
            KINDS.stream().map(EntityView::nameOf).collect(Collectors.joining(", "));
    private static final long ANSWER_MS = 2_000;

    private final DecisionLookup decisions;
    private final AccountView accounts;
    private final EntityView entities;
    private final LiveState state;
    private final LogFeed feed;

    StateRoutes(DecisionLookup decisions, AccountView accounts, EntityView entities, LiveState state, LogFeed feed) {
        this.decisions = decisions;
        this.accounts = accounts;
        this.entities = entities;
        this.state = state;
        this.feed = feed;
    }

    @Override
    public void mount(Router router) {
        router.get("/v1/accounts/:accountId").handler(QueryParameters.checked(this::account));
        router.get("/v1/entities/:kind/:entityId").handler(QueryParameters.checked(this::entity));
    }

    private void account(RoutingContext context) {
        var unused = new QueryParameters(context.queryParams(), Set.of());
        String id = context.pathParam("accountId");
        withProfile(context, Entity.ACCOUNT, id, profile -> {
            Account account = accounts.get(id);
            if (account == null && profile == null) {
                return null;
            }
            JsonObject json = account == null
                    ? new JsonObject().put("accountId", id).put("recentDecisions", new JsonArray())
                    : account.toJson(decisions::names);
            return json.put("windows", windows(profile));
        });
    }

    private void entity(RoutingContext context) {
        var unused = new QueryParameters(context.queryParams(), Set.of());
        Entity kind = kind(context.pathParam("kind"));
        String id = context.pathParam("entityId");
        withProfile(context, kind, id, profile -> {
            List<EntityView.Seen> seen = entities.get(kind, id);
            if (seen.isEmpty() && profile == null) {
                return null;
            }
            JsonArray recent = new JsonArray();
            seen.forEach(transaction -> {
                JsonObject json = decided(transaction);
                if (json != null) {
                    recent.add(json);
                }
            });
            return new JsonObject()
                    .put("kind", EntityView.nameOf(kind))
                    .put("id", id)
                    .put("windows", windows(profile))
                    .put("recentDecisions", recent);
        });
    }

    private static Entity kind(String name) {
        for (Entity kind : KINDS) {
            if (EntityView.nameOf(kind).equals(name)) {
                return kind;
            }
        }
        throw new InvalidParameterException(
                "kind",
                "'" + name + "' is no kind of entity",
                "use one of " + KIND_NAMES + "; accounts are at /v1/accounts/{accountId}");
    }

    /** A transaction whose decision is no longer held, or was refused, is left out. */
    private @Nullable JsonObject decided(EntityView.Seen seen) {
        TransactionDecided decided = decisions.decision(seen.transactionId());
        if (decided == null || !decided.accountId().equals(seen.accountId())) {
            return null;
        }
        return Account.Summary.of(decided).toJson().put("accountId", seen.accountId());
    }

    private void withProfile(RoutingContext context, Entity kind, String id, Answer answer) {
        if (!feed.caughtUp()) {
            ReadRoutes.stillReading(context, feed);
            return;
        }
        CompletionStage<@Nullable Profile> asked = state.profile(kind, id);
        Future.fromCompletionStage(asked, context.vertx().getOrCreateContext())
                .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
                .onSuccess(profile -> {
                    JsonObject json = answer.with(profile);
                    if (json == null) {
                        notKnown(kind, id).send(context);
                    } else {
                        var unused = context.response()
                                .putHeader("Content-Type", "application/json")
                                .end(json.toBuffer());
                    }
                })
                .onFailure(e -> unavailable(e).send(context));
    }

    private static Problem notKnown(Entity kind, String id) {
        String name = EntityView.nameOf(kind);
        return new Problem(
                404,
                name + "-not-found",
                Character.toUpperCase(name.charAt(0)) + name.substring(1) + " not found",
                "no transaction of " + name + " '" + id + "' is known here",
                kind == Entity.ACCOUNT ? "accountId" : "entityId",
                "check the id; it is known from its first transaction on");
    }

    private static Problem unavailable(Throwable cause) {
        return new Problem(
                503,
                "state-unavailable",
                "State not available",
                "the windows cannot be had now: " + cause.getMessage(),
                null,
                "try again in a moment, or ask another instance; /health/ready says when this one is ready");
    }

    private static @Nullable JsonObject windows(@Nullable Profile profile) {
        if (profile == null) {
            return null;
        }
        JsonObject features = new JsonObject();
        profile.windows().forEach((name, value) -> features.put(name, Double.isFinite(value) ? value : null));
        return new JsonObject()
                .put("asOfMs", profile.newestAtMs())
                .put("transactions", profile.events())
                .put("panedTransactions", profile.panedEvents())
                .put("oldestOccurredAtMs", profile.oldestAtMs())
                .put("frauds", profile.frauds())
                .put("features", features);
    }

    /** From a profile to what is answered; null if there is nothing to say. */
    private interface Answer {
        @Nullable
        JsonObject with(@Nullable Profile profile);
    }
}
