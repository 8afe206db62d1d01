package io.weir.server.control;

import static io.weir.server.control.ControlHttp.blocking;
import static io.weir.server.control.ControlHttp.by;
import static io.weir.server.control.ControlHttp.fail;
import static io.weir.server.control.ControlHttp.invalid;
import static io.weir.server.control.ControlHttp.object;
import static io.weir.server.control.ControlHttp.reason;
import static io.weir.server.control.ControlHttp.send;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.server.control.ListHistory.Members;
import io.weir.server.control.ListHistory.Step;
import io.weir.server.http.Problem;
import io.weir.server.http.ProblemException;
import io.weir.server.http.RequestBody;
import io.weir.server.http.Routes;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lists over HTTP. What blocks runs on a worker. */
public final class ListRoutes implements Routes {
    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final int MAX_IDS = 10_000;
    private static final int MAX_ID = 128;
    /** Members in one answer. */
    private static final int PAGE = 10_000;
    /** As policies name them. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");

    private static final String EXAMPLE =
            "{\"add\": [\"t-1\"], \"remove\": [], \"reason\": \"chargebacks\", \"by\": \"alice\"}";

    private final Lists lists;

    public ListRoutes(Lists lists) {
        this.lists = lists;
    }

    @Override
    public void mount(Router router) {
        router.get("/v1/lists").handler(this::all);
        router.get("/v1/lists/:name").handler(this::members);
        router.post("/v1/lists/:name").handler(this::change);
    }

    private void change(RoutingContext context) {
        RequestBody.read(context, MAX_BODY_BYTES)
                .compose(body -> blocking(context, () -> change(context, body)))
                .onSuccess(answer -> send(context, 200, answer))
                .onFailure(failure -> fail(context, failure));
    }

    private JsonObject change(RoutingContext context, Buffer body) {
        String list = name(context);
        JsonObject asked = object(context, body, EXAMPLE);
        Set<String> add = ids(asked, "add");
        Set<String> remove = ids(asked, "remove");
        if (add.isEmpty() && remove.isEmpty()) {
            throw invalid("add", "there is nothing to add or remove", "send an object like " + EXAMPLE);
        }
        if (add.size() + remove.size() > MAX_IDS) {
            throw invalid("add", "there are more than " + MAX_IDS + " ids", "send them in several requests");
        }
        for (String id : add) {
            if (remove.contains(id)) {
                throw invalid("remove", "an id is to be added and removed: " + id, "leave it out of one");
            }
        }
        Lists.Change done = lists.change(list, add, remove, reason(asked.getValue("reason")), by(asked.getValue("by")));
        JsonObject answer = new JsonObject()
                .put("list", list)
                .put("added", done.added())
                .put("removed", done.removed())
                .put("members", done.members())
                .put("offset", done.offset() < 0 ? null : done.offset());
        if (!done.used()) {
            answer.put("note", "no published policy uses this list yet");
        }
        return answer;
    }

    private static Set<String> ids(JsonObject asked, String field) {
        Object value = asked.getValue(field);
        if (value == null) {
            return Set.of();
        }
        if (!(value instanceof JsonArray array)) {
            throw invalid(field, field + " is no array of ids", "send an array of texts");
        }
        Set<String> ids = new TreeSet<>();
        for (Object each : array) {
            if (!(each instanceof String id)
                    || id.isEmpty()
                    || id.length() > MAX_ID
                    || id.chars().anyMatch(Character::isISOControl)) {
                throw invalid(
                        field,
                        "an id is no text, empty, longer than " + MAX_ID + " characters, or has control characters",
                        "send ids as they are in transactions");
            }
            ids.add(id);
        }
        return ids;
    }

    private void all(RoutingContext context) {
        blocking(context, lists::history)
                .onSuccess(history -> {
                    JsonArray array = new JsonArray();
                    history.lists().forEach((name, members) -> array.add(described(name, members)));
                    send(context, 200, new JsonObject().put("lists", array));
                })
                .onFailure(failure -> fail(context, failure));
    }

    private void members(RoutingContext context) {
        String after = context.queryParams().get("after");
        blocking(context, () -> members(name(context), after))
                .onSuccess(answer -> send(context, 200, answer))
                .onFailure(failure -> fail(context, failure));
    }

    private JsonObject members(String name, @Nullable String after) {
        Members members = lists.history().list(name);
        if (members == null) {
            throw new ProblemException(new Problem(
                    404,
                    "list-not-found",
                    "List not found",
                    "no list '" + name + "' ever had a member",
                    "name",
                    "GET /v1/lists shows those that have; POST to this path adds members"));
        }
        NavigableMap<String, Step> rest =
                after == null ? members.byId() : members.byId().tailMap(after, false);
        JsonArray page = new JsonArray();
        String last = null;
        for (Map.Entry<String, Step> each : rest.entrySet()) {
            if (page.size() == PAGE) {
                break;
            }
            last = each.getKey();
            page.add(step(each.getValue()).put("id", last));
        }
        return described(name, members).put("page", page).put("next", page.size() < rest.size() ? last : null);
    }

    private static JsonObject described(String name, Members members) {
        return new JsonObject()
                .put("list", name)
                .put("members", members.byId().size())
                .put("lastChange", step(members.last()));
    }

    private static JsonObject step(Step step) {
        return new JsonObject()
                .put("atMs", step.event().receivedAtMs())
                .put("by", step.event().changedBy())
                .put("reason", step.event().reason())
                .put("offset", step.offset());
    }

    private static String name(RoutingContext context) {
        String name = context.pathParam("name");
        if (name == null || !NAME.matcher(name).matches()) {
            throw invalid(
                    "name",
                    "the list's name is none",
                    "use letters, digits and _, at most 64, not beginning with a digit, as the policy names it");
        }
        return name;
    }
}
