package io.weir.server.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhooksFileTest {
    @TempDir
    private Path directory;

    @Test
    void anEndpointNeedsAnIdAUrlAndASecret() throws Exception {
        List<Endpoint> endpoints = read("""
                endpoints:
                  - id: cases
                    url: https://cases.example.com/hooks?of=weir
                    secret: %s
                """.formatted(Alerts.SECRET));

        assertThat(endpoints).singleElement().satisfies(endpoint -> {
            assertThat(endpoint.id()).isEqualTo("cases");
            assertThat(endpoint.group()).isEqualTo("weir-webhooks-cases");
            assertThat(endpoint.url()).isEqualTo(URI.create("https://cases.example.com/hooks?of=weir"));
            assertThat(endpoint.secrets()).hasSize(1);
            assertThat(endpoint.wanted()).isEqualTo(Endpoint.Filter.EVERYTHING);
            assertThat(endpoint.timeout()).isEqualTo(Duration.ofSeconds(10));
            assertThat(endpoint.inFlight()).isEqualTo(8);
            assertThat(endpoint.fromBeginning()).isFalse();
            assertThat(endpoint.retries()).isEqualTo(Endpoint.Retries.DEFAULTS);
            assertThat(endpoint.breaker()).isEqualTo(Endpoint.Breaker.DEFAULTS);
        });
    }

    @Test
    void everythingElseMayBeSaidAsWell() throws Exception {
        Files.writeString(directory.resolve("cases.secret"), Alerts.SECRET + "\n" + Alerts.SECRET + "\n");
        List<Endpoint> endpoints = read("""
                endpoints:
                  - id: cases
                    url: http://cases.internal:8080
                    allowHttp: true
                    secretFile: cases.secret
                    minimumScore: 62.5
                    reasons: [BLOCKED_CARD, VELOCITY]
                    timeout: 3s
                    inFlight: 2
                    start: beginning
                    retry: {first: 2s, longest: 10m, attempts: 5, age: 6h}
                    breaker: {failurePercent: 20, window: 50, pause: 10s, longestPause: 5m}
                """);

        assertThat(endpoints).singleElement().satisfies(endpoint -> {
            assertThat(endpoint.secrets()).hasSize(2);
            assertThat(endpoint.wanted()).isEqualTo(new Endpoint.Filter(62.5, Set.of("BLOCKED_CARD", "VELOCITY")));
            assertThat(endpoint.timeout()).isEqualTo(Duration.ofSeconds(3));
            assertThat(endpoint.inFlight()).isEqualTo(2);
            assertThat(endpoint.fromBeginning()).isTrue();
            assertThat(endpoint.retries())
                    .isEqualTo(new Endpoint.Retries(
                            Duration.ofSeconds(2), Duration.ofMinutes(10), 5, Duration.ofHours(6)));
            assertThat(endpoint.breaker())
                    .isEqualTo(new Endpoint.Breaker(20, 50, Duration.ofSeconds(10), Duration.ofMinutes(5)));
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "id: Cases | line 2, column 9, endpoints[0].id: 'Cases' is not a valid id.",
                "url: ftp://a.example | line 3, column 10, endpoints[0].url: 'ftp://a.example' is not the address",
                "url: http://a.example/ | line 3, column 10, endpoints[0].url: plain http would show alerts",
                "url: https://me@a.example/ | line 3, column 10, endpoints[0].url: the URL has a user or a fragment",
                "secret: hunter2 | line 4, column 13, endpoints[0].secret: this is no secret: a secret is whsec_",
                "secretFile: no.secret | line 4, column 17, endpoints[0].secretFile: 'no.secret' cannot be read.",
                "timeout: 90s | line 5, column 14, endpoints[0].timeout: '90s' is not a duration in that range.",
                "inFlight: 0 | line 5, column 15, endpoints[0].inFlight: 0 is out of range.",
                "inFlight: 1.5 | line 5, column 15, endpoints[0].inFlight: 1.5 is no whole number.",
                "minimumScore: 101 | line 5, column 19, endpoints[0].minimumScore: 101 is out of range.",
                "reasons: [a b] | line 5, column 15, endpoints[0].reasons: this is no code of a reason.",
                "start: now | line 5, column 12, endpoints[0].start: 'now' is not a known start.",
                "retries: {} | line 5, column 5, endpoints[0].retries: 'retries' is not a field here. Write one of: id, url,",
                "retry: {first: 0s} | line 5, column 20, endpoints[0].retry.first: '0s' is not a duration",
                "breaker: {window: 1} | line 5, column 23, endpoints[0].breaker.window: 1 is out of range.",
            })
    void whatIsWrongIsSaidWithItsPlace(String wrong, String said) {
        String[] lines = {"id: cases", "url: https://a.example/", "secret: " + Alerts.SECRET, ""};
        String field = wrong.substring(0, wrong.indexOf(':'));
        int at = field.equals("id") ? 0 : field.equals("url") ? 1 : field.startsWith("secret") ? 2 : 3;
        lines[at] = wrong;
        String document = "endpoints:\n  - " + String.join("\n    ", lines) + "\n";

        assertThatThrownBy(() -> read(document))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("webhooks.yaml:\n" + said)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void everyErrorIsSaidAtOnce() {
        assertThatThrownBy(() -> read("""
                endpoints:
                  - url: https://a.example/
                  - id: b
                    url: https://b.example/
                    secret: %1$s
                  - id: b
                    url: https://b.example/
                    secret: %1$s
                    secretFile: b.secret
                """.formatted(Alerts.SECRET)))
                .hasMessageContaining("line 2, column 5, endpoints[0].id: 'id' is missing.")
                .hasMessageContaining("line 2, column 5, endpoints[0].secret: there is no secret.")
                .hasMessageContaining("line 6, column 9, endpoints[2].id: 'b' names another endpoint as well.")
                .hasMessageContaining("line 9, column 17, endpoints[2].secretFile: there are both");
    }

    @Test
    void aFileWithoutEndpointsIsRefused() {
        assertThatThrownBy(() -> read("")).hasMessageContaining("the document is empty. Write 'endpoints:'");
        assertThatThrownBy(() -> read("endpoints: []")).hasMessageContaining("there is no endpoint");
        assertThatThrownBy(() -> WebhooksFile.read(directory.resolve("missing.yaml")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be read");
    }

    private List<Endpoint> read(String document) throws IOException {
        return WebhooksFile.read(Files.writeString(directory.resolve("webhooks.yaml"), document));
    }
}
