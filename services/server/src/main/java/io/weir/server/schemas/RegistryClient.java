package io.weir.server.schemas;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.weir.events.SchemaIds.SchemaUnavailableException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.jspecify.annotations.Nullable;

/**
 * A Confluent-compatible schema registry over its HTTP API. Blocking; not for event loops.
 *
 * <p>No answer, or a 5xx, is a {@link SchemaUnavailableException}: worth a retry.
 */
public final class RegistryClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

    private final String url;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    /**
     * A client of the registry at {@code url}.
     *
     * @param url its base, for example {@code http://registry:8081} or, for Apicurio,
     *     {@code http://registry:8080/apis/ccompat/v7}
     */
    public RegistryClient(String url) {
        this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** Its base URL. */
    public String url() {
        return url;
    }

    /**
     * Registers a schema under a subject, or finds it there.
     *
     * @return its id
     * @throws IncompatibleSchemaException when the subject's compatibility level forbids it
     */
    public int register(String subject, Schema schema) {
        HttpResponse<String> response = send(
                "POST",
                "/subjects/" + encode(subject) + "/versions",
                schemaBody(schema).encode());
        if (response.statusCode() == 409) {
            throw new IncompatibleSchemaException(subject, message(response));
        }
        return expectOk(response, "registering " + subject).getInteger("id");
    }

    /** The id of a schema under a subject, or null if it is not registered there. */
    public @Nullable Integer find(String subject, Schema schema) {
        HttpResponse<String> response =
                send("POST", "/subjects/" + encode(subject), schemaBody(schema).encode());
        if (response.statusCode() == 404) {
            return null;
        }
        return expectOk(response, "looking up " + subject).getInteger("id");
    }

    /** The schema with an id, or null if the registry knows none (or none that is Avro). */
    public @Nullable Schema schema(int id) {
        HttpResponse<String> response = send("GET", "/schemas/ids/" + id, null);
        if (response.statusCode() == 404 || response.statusCode() == 400) {
            return null;
        }
        try {
            return new Schema.Parser()
                    .parse(expectOk(response, "fetching schema " + id).getString("schema"));
        } catch (SchemaParseException e) {
            return null;
        }
    }

    /** Sets a subject's compatibility level, for example {@code FULL_TRANSITIVE}. */
    public void setCompatibility(String subject, String level) {
        HttpResponse<String> response = send(
                "PUT",
                "/config/" + encode(subject),
                new JsonObject().put("compatibility", level).encode());
        expectOk(response, "setting the compatibility of " + subject);
    }

    /** A subject's own compatibility level, or null if none is set. */
    public @Nullable String compatibility(String subject) {
        HttpResponse<String> response = send("GET", "/config/" + encode(subject), null);
        if (response.statusCode() == 404) {
            return null;
        }
        return expectOk(response, "reading the compatibility of " + subject).getString("compatibilityLevel");
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpResponse<String> send(String method, String path, @Nullable String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(TIMEOUT)
                .header("Content-Type", CONTENT_TYPE)
                .header("Accept", CONTENT_TYPE + ", application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() >= 500) {
                throw new SchemaUnavailableException(
                        "schema registry " + url + " answered " + response.statusCode() + ": " + message(response),
                        new IOException("HTTP " + response.statusCode()));
            }
            return response;
        } catch (IOException e) {
            throw new SchemaUnavailableException("schema registry " + url + " cannot be reached: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SchemaUnavailableException("interrupted while asking schema registry " + url, e);
        }
    }

    private JsonObject expectOk(HttpResponse<String> response, String doing) {
        if (response.statusCode() != 200) {
            throw new IllegalStateException(
                    doing + " at " + url + " failed with " + response.statusCode() + ": " + message(response));
        }
        try {
            return new JsonObject(response.body());
        } catch (DecodeException e) {
            throw new IllegalStateException(url + " is no schema registry: its answer is not JSON", e);
        }
    }

    private static JsonObject schemaBody(Schema schema) {
        return new JsonObject().put("schema", schema.toString()).put("schemaType", "AVRO");
    }

    private static String message(HttpResponse<String> response) {
        try {
            return new JsonObject(response.body()).getString("message", response.body());
        } catch (DecodeException e) {
            return response.body();
        }
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8);
    }

    /** The registry refused a schema because readers or writers of earlier versions would break. */
    public static final class IncompatibleSchemaException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        IncompatibleSchemaException(String subject, String message) {
            super("the registry refused the schema of " + subject + " as incompatible: " + message);
        }
    }
}
