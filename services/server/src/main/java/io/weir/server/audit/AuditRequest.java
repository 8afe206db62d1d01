package io.weir.server.audit;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.weir.server.http.Problem;
import io.weir.server.http.ProblemException;
import io.weir.server.http.Text;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what an audit is to compare. An empty body asks for everything. */
final class AuditRequest {
    private static final List<String> FIELDS = List.of("from", "to", "partition", "account");

    private AuditRequest() {}

    /**
     * The filter in a body.
     *
     * @throws ProblemException 400 when it is no JSON object, 422 when it has other fields or values
     */
    static AuditFilter read(Buffer body) {
        if (body.length() == 0) {
            return AuditFilter.ALL;
        }
        JsonObject json;
        try {
            json = new JsonObject(body);
        } catch (DecodeException e) {
            throw new ProblemException(new Problem(
                    400,
                    "malformed-json",
                    "Malformed JSON",
                    "the body is not a JSON object",
                    null,
                    "send one JSON object, in UTF-8, or nothing"));
        }
        for (String name : json.fieldNames()) {
            if (!FIELDS.contains(name)) {
                throw invalid(
                        "unknown-field",
                        "Unknown field",
                        name,
                        Text.shown(name) + " is not a field here",
                        "leave it out; the fields are " + String.join(", ", FIELDS));
            }
        }
        Long fromMs = instant(json, "from");
        Long toMs = instant(json, "to");
        if (fromMs != null && toMs != null && fromMs >= toMs) {
            throw value("to", "is not after from", "give a later instant, or leave it out");
        }
        return new AuditFilter(fromMs, toMs, partition(json), account(json));
    }

    private static @Nullable Long instant(JsonObject json, String field) {
        Object value = json.getValue(field);
        if (value == null) {
            return null;
        }
        String remedy = "give an instant in ISO 8601, for example 2026-11-22T08:00:00Z";
        if (!(value instanceof String text)) {
            throw type(field, remedy);
        }
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException e) {
            throw value(field, "is " + Text.shown(text) + ", which is no instant", remedy);
        }
    }

    private static @Nullable Integer partition(JsonObject json) {
        Object value = json.getValue("partition");
        if (value == null) {
            return null;
        }
        if (!(value instanceof Integer partition)) {
            throw type("partition", "give a whole number from 0");
        }
        if (partition < 0) {
            throw value("partition", "is " + partition, "give a whole number from 0");
        }
        return partition;
    }

    private static @Nullable String account(JsonObject json) {
        Object value = json.getValue("account");
        if (value == null) {
            return null;
        }
        if (!(value instanceof String account)) {
            throw type("account", "give an account id");
        }
        if (account.isEmpty()) {
            throw value("account", "is empty", "give an account id, or leave it out");
        }
        return account;
    }

    private static ProblemException type(String field, String remedy) {
        return invalid("wrong-type", "Wrong type", field, field + " is of another type", remedy);
    }

    private static ProblemException value(String field, String problem, String remedy) {
        return invalid("invalid-value", "Invalid value", field, field + " " + problem, remedy);
    }

    private static ProblemException invalid(String type, String title, String field, String detail, String remedy) {
        return new ProblemException(new Problem(422, type, title, detail, field, remedy));
    }
}
