package io.weir.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How commands that ask a server speak to people. */
record Answers(CommandSpec spec) {
    /** How much of a SHA-256 people are shown where all of it does not help. */
    static final int SHORT = 12;

    void say(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }

    /** A document as it is. */
    void print(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
    }

    void complain(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(text);
        err.flush();
    }

    /**
     * Says what became of a request; returns the exit status.
     *
     * @param where begins what is said of a refusal
     * @param accepted says what was done, of the server's answer
     */
    int answered(HttpResponse<String> response, String where, Consumer<JsonObject> accepted) {
        JsonObject answer = new JsonObject(response.body());
        if (response.statusCode() >= 300) {
            return refused(where, answer);
        }
        accepted.accept(answer);
        return 0;
    }

    /** The same, where what was asked for is shown as a table, or as it came. */
    int shown(HttpResponse<String> response, boolean json, Function<JsonObject, String> table) {
        return answered(response, "", answer -> say(json ? answer.encodePrettily() : table.apply(answer)));
    }

    /** Says what the server refused; returns the exit status. */
    int refused(String where, JsonObject problem) {
        JsonArray errors = problem.getJsonArray("errors");
        if (errors == null) {
            complain(where + problem.getString("detail") + ". " + problem.getString("remedy") + ".");
            return 1;
        }
        for (Object each : errors) {
            JsonObject error = (JsonObject) each;
            complain("%sline %d, column %d: %s. %s."
                    .formatted(
                            where,
                            error.getInteger("line"),
                            error.getInteger("column"),
                            error.getString("problem"),
                            error.getString("remedy")));
        }
        return 1;
    }

    static String time(long ms) {
        return Instant.ofEpochSecond(ms / 1000).toString();
    }

    /** Who does it. */
    static final class Author {
        @Option(
                names = "--by",
                paramLabel = "NAME",
                description = "Who does this, for the record (default: the name you are logged in with).")
        private String name = System.getProperty("user.name", "unknown");

        String name() {
            return name;
        }
    }
}
