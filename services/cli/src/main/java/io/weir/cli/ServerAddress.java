package io.weir.cli;

import io.weir.local.LocalHome;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Option of the commands that talk to a running server. */
public final class ServerAddress {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Option(names = "--url", paramLabel = "URL", description = "The server (default: that of the running weir up).")
    private @Nullable String url;

    /** That of the running weir up, unless the option names another. */
    ServerAddress() {}

    /** This one. */
    ServerAddress(String url) {
        this.url = url;
    }

    /** A request to a path of it; a GET unless made another. */
    HttpRequest.Builder request(String path) throws IOException {
        return HttpRequest.newBuilder(URI.create(base() + path)).timeout(PATIENCE);
    }

    /**
     * The answer, whatever it is.
     *
     * @throws IOException if there is none; the message says what to do
     */
    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (ConnectException e) {
            throw new IOException(
                    "no server answers at " + base() + ": start one with weir up, or name it with --url", e);
        }
    }

    private String base() throws IOException {
        if (url != null) {
            return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        }
        String local = ofLocalServer();
        if (local != null) {
            return local;
        }
        throw new IOException("no weir up runs here: start it, or name a server with --url");
    }

    /** The base URL of the running weir up, or weir demo; null if none runs. */
    public static @Nullable String ofLocalServer() throws IOException {
        Path home = LocalHome.find().root().resolve(".weir");
        for (String stack : List.of("up", "demo")) {
            Path server = home.resolve(stack).resolve("server");
            if (Files.exists(server.resolve("server.pid")) && Files.exists(server.resolve("ports"))) {
                return "http://127.0.0.1:"
                        + Files.readAllLines(server.resolve("ports")).getFirst().strip();
            }
        }
        return null;
    }
}
