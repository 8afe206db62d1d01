package io.weir.server.webhooks;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** A small HTTP server that is told of alerts and answers as a test wants it to. */
final class TestEndpoint implements AutoCloseable {
    /** Says 204 to everything. */
    static final BiConsumer<Post, HttpServerResponse> ACCEPTS =
            (post, response) -> response.setStatusCode(204).end();

    /** Says nothing. */
    static final BiConsumer<Post, HttpServerResponse> HANGS = (post, response) -> {};

    /**
     * What was posted.
     *
     * @param nth how many posts of this id there have been, this one among them
     */
    record Post(String id, long timestamp, String signature, String body, long nth) {
        String transactionId() {
            return new JsonObject(body).getString("transactionId");
        }
    }

    private final HttpServer server;
    private final List<Post> posts = new CopyOnWriteArrayList<>();
    private volatile BiConsumer<Post, HttpServerResponse> answer;

    TestEndpoint(Vertx vertx, BiConsumer<Post, HttpServerResponse> answer) throws Exception {
        this.answer = answer;
        this.server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    String id = request.getHeader("webhook-id");
                    Post post = new Post(
                            id,
                            Long.parseLong(request.getHeader("webhook-timestamp")),
                            request.getHeader("webhook-signature"),
                            body.toString(),
                            1
                                    + posts.stream()
                                            .filter(earlier -> earlier.id().equals(id))
                                            .count());
                    posts.add(post);
                    this.answer.accept(post, request.response());
                }))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    void answer(BiConsumer<Post, HttpServerResponse> from) {
        answer = from;
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort() + "/hooks?of=weir";
    }

    /** In the order of their arrival. */
    List<Post> posts() {
        return List.copyOf(posts);
    }

    /** The transactions that were posted, each once. */
    List<String> transactions() {
        return posts.stream().map(Post::transactionId).distinct().toList();
    }

    @Override
    public void close() {
        server.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
