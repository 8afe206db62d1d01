package io.weir.server.views;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.weir.server.views.AlertStream.Connection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One client of the stream of alerts: server-sent events. Lives on its request's event loop. */
final class StreamClient implements AlertStream.Client {
    /** How long a client that was dropped has to read its last notice. */
    private static final long FAREWELL_MS = 5_000;

    private final Context context;
    private final Vertx vertx;
    private final HttpServerResponse response;
    private final AtomicBoolean woken = new AtomicBoolean();
    private @Nullable StreamQueue queue;
    private long heartbeat = -1;
    private boolean over;

    /** To be made on the request's event loop. */
    StreamClient(Context context, HttpServerResponse response) {
        this.context = context;
        this.vertx = context.owner();
        this.response = response;
    }

    /** Answers the request and begins to send. On the event loop. */
    void start(Connection connection, Duration interval) {
        queue = connection.queue();
        response.setChunked(true).putHeader("Content-Type", "text/event-stream").putHeader("Cache-Control", "no-store");
        if (connection.gap()) {
            send(
                    "gap",
                    new JsonObject()
                            .put(
                                    "detail",
                                    "alerts after Last-Event-ID are not held any more; this goes on with new ones")
                            .put("remedy", "read what is missing from the topic, or with GET /v1/alerts")
                            .encode());
        } else {
            beat();
        }
        drain();
        heartbeat = vertx.setPeriodic(interval.toMillis(), timer -> {
            if (!response.writeQueueFull()) {
                beat();
            }
        });
    }

    /** The response has ended, by whomever. On the event loop. */
    void over() {
        over = true;
        if (heartbeat >= 0) {
            vertx.cancelTimer(heartbeat);
        }
    }

    @Override
    public void wake() {
        if (woken.compareAndSet(false, true)) {
            context.runOnContext(ignored -> {
                woken.set(false);
                drain();
            });
        }
    }

    @Override
    public void drop() {
        context.runOnContext(ignored -> {
            if (!over) {
                finish(event(
                        "dropped",
                        new JsonObject()
                                .put("detail", "this client was too slow: too many alerts were waiting for it")
                                .put("remedy", "read faster or filter; connect again with Last-Event-ID to go on")
                                .encode()));
            }
        });
    }

    @Override
    public void end() {
        context.runOnContext(ignored -> {
            if (!over) {
                finish(": end\n\n");
            }
        });
    }

    private void drain() {
        StreamQueue source = queue;
        if (source == null) {
            return;
        }
        while (!over) {
            if (response.writeQueueFull()) {
                response.drainHandler(ignored -> drain());
                return;
            }
            StreamedAlert alert = source.poll();
            if (alert == null) {
                return;
            }
            send("alert", alert.json());
        }
    }

    private void send(String event, String data) {
        write(event(event, data));
    }

    private String event(String event, String data) {
        return "event: " + event + "\nid: " + position() + "\ndata: " + data + "\n\n";
    }

    /** A comment, with the id: a client whose filter lets little through keeps up with what it need not see again. */
    private void beat() {
        write(": heartbeat\nid: " + position() + "\n\n");
    }

    private String position() {
        return queue == null ? "-" : queue.position();
    }

    private void write(String text) {
        var unused = response.write(text);
    }

    /**
     * Ends the response once the client has taken the last words. Where it does not, this asks for the connection to be
     * closed; Vert.x flushes before it closes, so against a client that reads nothing at all only the server's write idle
     * timeout helps.
     */
    private void finish(String lastWords) {
        over();
        long patience = vertx.setTimer(FAREWELL_MS, timer -> {
            var unused = response.reset();
        });
        response.write(lastWords).onComplete(written -> {
            if (vertx.cancelTimer(patience)) {
                var unused = response.end();
            }
        });
    }
}
