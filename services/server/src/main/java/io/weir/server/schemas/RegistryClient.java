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
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A Confluent-compatible schema registry over its HTTP API. Blocking; not for event loops.
 *
 * <p>No answer, or a 5xx, is a {@link SchemaUnavailableException}: worth a retry.
 */
public final class RegistryClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final String AVRO = "AVRO";

    /** How often a setting is tried that somebody else makes at the same moment. */
    private static final int CONFLICT_TRIES = 5;

    private final String url;
    private final Duration timeout;
    private final HttpClient http = HttpClient.newBuilder()
            // Asking for HTTP/2 on every first request gains nothing here and upsets some proxies.
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    /**
     * A client of the registry at {@code url}.
     *
     * @param url its base, for example {@code http://registry:8081} or, for Apicurio,
     *     {@code http://registry:8080/apis/ccompat/v7}
     * @throws IllegalArgumentException when it is no HTTP URL
     */
    public RegistryClient(String url) {
        this(url, TIMEOUT);
    }

    /** One that waits for an answer no longer than this. */
    RegistryClient(String url, Duration timeout) {
        if (!url.matches("https?://[^/\\s]+(/\\S*)?")) {
            throw new IllegalArgumentException(
                    "the registry's URL is \"" + url + "\"; expected its base, for example http://registry:8081");
        }
        this.timeout = timeout;
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
            // A conflict may also be another client that registers the same at the same moment.
            Integer id = find(subject, schema);
            if (id != null) {
                return id;
            }
            throw new IncompatibleSchemaException(subject, message(response));
        }
        return id(expectOk(response, "registering " + subject));
    }

    /**
     * The id of a schema under a subject, or null if it is not registered there.
     *
     * <p>A registry may answer with a schema that differs in documentation and defaults only (Apicurio compares Avro's
     * canonical form); whatever was written under that id has the same bytes.
     */
    public @Nullable Integer find(String subject, Schema schema) {
        HttpResponse<String> response =
                send("POST", "/subjects/" + encode(subject), schemaBody(schema).encode());
        if (isUnknown(response)) {
            return null;
        }
        return id(expectOk(response, "looking up " + subject));
    }

    /**
     * The schema with an id, or null if the registry knows none (or none that is Avro).
     *
     * @throws SchemaUnavailableException also when the registry refuses to answer: the id may well be known
     */
    public @Nullable Schema schema(int id) {
        HttpResponse<String> response = send("GET", "/schemas/ids/" + id, null);
        if (isUnknown(response)) {
            return null;
        }
        JsonObject found;
        try {
            found = expectOk(response, "fetching schema " + id);
        } catch (IllegalStateException e) {
            throw new SchemaUnavailableException(String.valueOf(e.getMessage()), e);
        }
        // Left out for Avro. Other languages' schemas may well parse as Avro: {"type":"string"} is also JSON Schema.
        String text = found.getString("schema");
        if (text == null || !found.getString("schemaType", AVRO).equals(AVRO)) {
            return null;
        }
        try {
            return new Schema.Parser().parse(text);
        } catch (AvroRuntimeException e) {
            return null;
        }
    }

    /** Sets a subject's compatibility level, for example {@code FULL_TRANSITIVE}, whether or not the subject exists. */
    public void setCompatibility(String subject, String level) {
        String body = new JsonObject().put("compatibility", level).encode();
        HttpResponse<String> response = send("PUT", "/config/" + encode(subject), body);
        for (int tries = 1; response.statusCode() == 409 && tries < CONFLICT_TRIES; tries++) {
            // Apicurio, when another client sets it for the first time at the same moment.
            response = send("PUT", "/config/" + encode(subject), body);
        }
        expectOk(response, "setting the compatibility of " + subject);
    }

    /**
     * A subject's compatibility level; null if the registry does not have the subject, or it has no level of its own. For
     * the latter Apicurio answers with the level that holds for all subjects.
     */
    public @Nullable String compatibility(String subject) {
        HttpResponse<String> response = send("GET", "/config/" + encode(subject), null);
        if (isUnknown(response)) {
            return null;
        }
        return expectOk(response, "reading the compatibility of " + subject).getString("compatibilityLevel");
    }

    /** At once: what is still asked for is given up. */
    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }

    private HttpResponse<String> send(String method, String path, @Nullable String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Content-Type", CONTENT_TYPE)
                .header("Accept", CONTENT_TYPE + ", application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request, BodyHandlers.ofString());
        try {
            // The request's own time-out ends with the answer's headers; a body that does not come would be waited for
            // for ever.
            HttpResponse<String> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() >= 500) {
                throw new SchemaUnavailableException(
                        "schema registry " + url + " answered " + response.statusCode() + ": " + message(response),
                        new IOException("HTTP " + response.statusCode()));
            }
            return response;
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new SchemaUnavailableException("schema registry " + url + " cannot be reached: " + cause, cause);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new SchemaUnavailableException(
                    "schema registry " + url + " gave no answer in " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new SchemaUnavailableException("interrupted while asking schema registry " + url, e);
        }
    }

    private JsonObject expectOk(HttpResponse<String> response, String doing) {
        if (response.statusCode() == 404) {
            throw new IllegalStateException(doing + ": no schema registry answers at " + url
                    + " (404); give its base URL, for Apicurio ending in /apis/ccompat/v7");
        }
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

    /**
     * Whether the registry says that it does not have what was asked for (error codes 404xx). Any other 404 comes from
     * something that is no registry, such as a wrong base path: it says nothing about schemas.
     */
    private static boolean isUnknown(HttpResponse<String> response) {
        if (response.statusCode() != 404) {
            return false;
        }
        try {
            return new JsonObject(response.body()).getInteger("error_code", 0) / 100 == 404;
        } catch (DecodeException | ClassCastException e) {
            return false;
        }
    }

    private int id(JsonObject answer) {
        Integer id = answer.getInteger("id");
        if (id == null) {
            throw new IllegalStateException(url + " is no schema registry: its answer has no id");
        }
        return id;
    }

    private static JsonObject schemaBody(Schema schema) {
        return new JsonObject().put("schema", schema.toString()).put("schemaType", AVRO);
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
