package io.weir.server.views;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** A client of server-sent events. */
final class EventStream implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(60);

    record Message(String event, String id, String data) {}

    private final HttpClient http;
    private final HttpResponse<InputStream> response;
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final AtomicInteger heartbeats = new AtomicInteger();

    private EventStream(HttpClient http, HttpResponse<InputStream> response) {
        this.http = http;
        this.response = response;
        Thread.ofPlatform().daemon().name("event-stream").start(this::read);
    }

    static EventStream open(HttpRequest request) throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        return new EventStream(http, response);
    }

    String contentType() {
        return response.headers().firstValue("Content-Type").orElseThrow();
    }

    /** The messages so far, once there are so many. */
    List<Message> await(int count) {
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(() -> messages.size() >= count);
        return List.copyOf(messages);
    }

    /** Waits for so many heartbeats from now on. */
    void awaitHeartbeats(int count) {
        int from = heartbeats.get();
        Awaitility.await().atMost(SOON).until(() -> heartbeats.get() >= from + count);
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            http.shutdownNow();
        }
    }

    private void read() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String event = "";
            String id = "";
            String data = "";
            for (String line; (line = in.readLine()) != null; ) {
                if (line.startsWith(":")) {
                    heartbeats.incrementAndGet();
                } else if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.isEmpty() && !data.isEmpty()) {
                    messages.add(new Message(event, id, data));
                    event = "";
                    data = "";
                }
            }
        } catch (IOException e) {
            // Closed, by either side.
        }
    }
}
