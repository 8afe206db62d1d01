package io.weir.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRegistryTest {
    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

    @TempDir
    private Path directory;

    private LocalRegistry registry;

    @AfterEach
    void stop() {
        registry.kill();
    }

    @Test
    void schemasKeepTheirIdsOverAStopAndAKillRightAfterTheAnswer() throws Exception {
        registry = LocalRegistry.start(directory);
        String url = registry.url();
        int first = register("First");
        registry.stop();
        assertThat(registry.isAlive()).isFalse();
        registry.start();
        int second = register("Second");
        registry.kill();
        registry.start();

        assertThat(schema(first)).contains("First");
        assertThat(schema(second)).contains("Second");
        assertThat(register("First")).isEqualTo(first);
        assertThat(registry.url()).isEqualTo(url);
    }

    private int register(String name) throws Exception {
        String body =
                "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"" + name + "\\\",\\\"fields\\\":[]}\"}";
        String answer = exchange(HttpRequest.newBuilder(URI.create(registry.url() + "/subjects/" + name + "/versions"))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
        Matcher id = ID.matcher(answer);
        assertThat(id.find()).as(answer).isTrue();
        return Integer.parseInt(id.group(1));
    }

    private String schema(int id) throws Exception {
        return exchange(HttpRequest.newBuilder(URI.create(registry.url() + "/schemas/ids/" + id)));
    }

    private static String exchange(HttpRequest.Builder request) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response.body();
        }
    }
}
