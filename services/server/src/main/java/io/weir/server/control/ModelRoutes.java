package io.weir.server.control;

import static io.weir.server.control.ControlHttp.blocking;
import static io.weir.server.control.ControlHttp.by;
import static io.weir.server.control.ControlHttp.fail;
import static io.weir.server.control.ControlHttp.send;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.events.ModelPublished;
import io.weir.server.control.PublishedModels.Publication;
import io.weir.server.http.Problem;
import io.weir.server.http.ProblemException;
import io.weir.server.http.RequestBody;
import io.weir.server.http.Routes;
import io.weir.server.model.ModelException;
import io.weir.server.model.Models;
import io.weir.server.model.XgboostModel;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Models over HTTP. What blocks runs on a worker. */
public final class ModelRoutes implements Routes {
    private static final int MAX_NAME = 128;
    /** Each takes a few times its size of memory while it is read. */
    private static final int MAX_UPLOADS = 2;

    private final PublishedModels published;
    private final Models models;
    private final Semaphore uploads = new Semaphore(MAX_UPLOADS);

    /**
     * Routes.
     *
     * @param models shared; those that are published are known there
     */
    public ModelRoutes(PublishedModels published, Models models) {
        this.published = published;
        this.models = models;
    }

    @Override
    public void mount(Router router) {
        router.get("/v1/models").handler(this::list);
        router.post("/v1/models").handler(this::publish);
        router.get("/v1/models/:sha256").handler(this::file);
        router.get("/v1/models/:sha256/card").handler(this::card);
    }

    private void publish(RoutingContext context) {
        if (!uploads.tryAcquire()) {
            new Problem(
                            503,
                            "busy",
                            "Busy",
                            MAX_UPLOADS + " models are being uploaded already",
                            null,
                            "try again when they are there")
                    .send(context);
            return;
        }
        RequestBody.read(context, ModelUpload.MAX_BYTES)
                .compose(body -> blocking(context, () -> publish(context, body)))
                .onComplete(done -> uploads.release())
                .onSuccess(publication -> {
                    XgboostModel model = publication.model();
                    context.response()
                            .putHeader(
                                    "Location", "/v1/models/" + model.sha256().hex());
                    send(
                            context,
                            publication.again() ? 200 : 201,
                            described(model)
                                    .put("name", publication.name())
                                    .put("offset", publication.offset())
                                    .put("publishedBefore", publication.again()));
                })
                .onFailure(failure -> fail(context, failure));
    }

    private Publication publish(RoutingContext context, Buffer body) {
        String by = by(context.queryParams().get("by"));
        String name = ControlHttp.words(
                context.queryParams().get("name"), "name", MAX_NAME, "say what people call the model");
        ModelUpload upload = ModelUpload.of(context, body);
        try {
            return published.publish(upload.file(), upload.card(), name, by);
        } catch (ModelException e) {
            throw new ProblemException(invalid(String.valueOf(e.getMessage())));
        }
    }

    /** What is wrong ends where what to do begins. */
    private static Problem invalid(String message) {
        int remedy = message.lastIndexOf(". ");
        return new Problem(
                422,
                "invalid-model",
                "Invalid model",
                remedy < 0 ? message : message.substring(0, remedy),
                null,
                remedy < 0
                        ? "save it anew with the library's save_model(\"model.json\")"
                        : message.substring(remedy + 2));
    }

    private void list(RoutingContext context) {
        blocking(context, published::all)
                .onSuccess(all -> {
                    JsonArray array = new JsonArray();
                    all.forEach(each -> array.add(json(each)));
                    send(context, 200, new JsonObject().put("models", array));
                })
                .onFailure(failure -> fail(context, failure));
    }

    private JsonObject json(PolicyHistory.PublishedModel each) {
        ModelPublished event = each.event();
        XgboostModel model = models.find(event.modelSha256());
        return (model == null
                        ? new JsonObject().put("sha256", event.modelSha256().hex())
                        : described(model))
                .put("name", event.name())
                .put("format", event.format())
                .put("packedBytes", event.gzip().length)
                .put("card", event.card() != null)
                .put("publishedAtMs", event.receivedAtMs())
                .put("publishedBy", event.publishedBy())
                .put("offset", each.offset());
    }

    private static JsonObject described(XgboostModel model) {
        return new JsonObject()
                .put("sha256", model.sha256().hex())
                .put("objective", model.objective())
                .put("trees", model.trees().trees())
                .put("features", new JsonArray(model.featureNames()));
    }

    private void file(RoutingContext context) {
        String name = context.pathParam("sha256");
        blocking(context, () -> file(find(name)))
                .onSuccess(file -> {
                    var unused = context.response()
                            .putHeader("Content-Type", ControlHttp.JSON)
                            .end(Buffer.buffer(file));
                })
                .onFailure(failure -> fail(context, failure));
    }

    private static byte[] file(ModelPublished event) {
        try {
            return Models.unpacked(event.gzip());
        } catch (IOException e) {
            throw new IllegalStateException("model " + event.modelSha256() + " is damaged on the log", e);
        }
    }

    private void card(RoutingContext context) {
        String name = context.pathParam("sha256");
        blocking(context, () -> card(find(name)))
                .onSuccess(card -> {
                    var unused = context.response()
                            .putHeader("Content-Type", ControlHttp.JSON)
                            .end(card);
                })
                .onFailure(failure -> fail(context, failure));
    }

    private static String card(ModelPublished event) {
        String card = event.card();
        if (card == null) {
            throw notFound(
                    "model " + event.modelSha256().hex() + " came without a card",
                    "GET /v1/models shows which have one");
        }
        return card;
    }

    /** A published model by its SHA-256 or the beginning of it. */
    private ModelPublished find(@Nullable String name) {
        String prefix = String.valueOf(name).toLowerCase(Locale.ROOT);
        List<ModelPublished> found = published.all().stream()
                .map(PolicyHistory.PublishedModel::event)
                .filter(event -> event.modelSha256().hex().startsWith(prefix))
                .toList();
        if (found.size() != 1) {
            throw notFound(
                    (found.isEmpty() ? "no published model has" : found.size() + " published models have")
                            + " a SHA-256 that begins with '" + name + "'",
                    found.isEmpty()
                            ? "publish it first: POST /v1/models; GET /v1/models lists those that are"
                            : "give more of it");
        }
        return found.getFirst();
    }

    private static ProblemException notFound(String detail, String remedy) {
        return new ProblemException(new Problem(404, "model-not-found", "Model not found", detail, "sha256", remedy));
    }
}
