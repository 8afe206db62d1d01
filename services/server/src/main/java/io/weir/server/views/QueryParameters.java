package io.weir.server.views;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import io.weir.server.http.Problem;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The parameters of a query string, each named once, none unknown; everything else is an error that names it. */
final class QueryParameters {
    private final MultiMap values;

    /**
     * Takes the parameters of a request.
     *
     * @throws InvalidParameterException when one is unknown or named twice
     */
    QueryParameters(MultiMap values, Set<String> known) {
        this.values = values;
        for (String name : values.names()) {
            if (!known.contains(name)) {
                String remedy = known.isEmpty()
                        ? "leave it out; this path takes no parameters"
                        : "leave it out, or use one of " + String.join(", ", new TreeSet<>(known));
                throw invalid(name, "is unknown", remedy);
            }
            if (values.getAll(name).size() > 1) {
                throw invalid(name, "is given more than once", "give it once");
            }
        }
    }

    /** A handler whose parameter errors are answered as problems. */
    static Handler<RoutingContext> checked(Handler<RoutingContext> handler) {
        return context -> {
            try {
                handler.handle(context);
            } catch (InvalidParameterException e) {
                e.problem().send(context);
            }
        };
    }

    /** A text, or null if it is not given. */
    @Nullable
    String text(String name) {
        List<String> given = values.getAll(name);
        if (given.isEmpty()) {
            return null;
        }
        if (given.getFirst().isEmpty()) {
            throw invalid(name, "is empty", "give it a value, or leave it out");
        }
        return given.getFirst();
    }

    /** A whole number from {@code lowest} to {@code highest}, or {@code absent} if it is not given. */
    long integer(String name, long lowest, long highest, long absent) {
        String text = text(name);
        if (text == null) {
            return absent;
        }
        String remedy = "use a whole number from " + lowest + (highest == Long.MAX_VALUE ? " on" : " to " + highest);
        try {
            long value = Long.parseLong(text);
            if (value >= lowest && value <= highest) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw invalid(name, "is '" + text + "', which is no whole number", remedy);
        }
        throw invalid(name, "is " + text + ", which is out of its range", remedy);
    }

    /** A number from {@code lowest} to {@code highest}, or {@code absent} if it is not given. */
    double number(String name, double lowest, double highest, double absent) {
        String text = text(name);
        if (text == null) {
            return absent;
        }
        String remedy = "use a number from " + lowest + " to " + highest;
        try {
            double value = Double.parseDouble(text);
            if (value >= lowest && value <= highest) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw invalid(name, "is '" + text + "', which is no number", remedy);
        }
        throw invalid(name, "is " + text + ", which is out of its range", remedy);
    }

    /** The error that a parameter is wrong. */
    InvalidParameterException invalid(String name, String problem, String remedy) {
        return new InvalidParameterException(name, "parameter " + name + " " + problem, remedy);
    }

    /** A parameter or header of the request is wrong. */
    static final class InvalidParameterException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String name;
        private final String detail;
        private final String remedy;

        InvalidParameterException(String name, String detail, String remedy) {
            super(detail);
            this.name = name;
            this.detail = detail;
            this.remedy = remedy;
        }

        Problem problem() {
            return new Problem(400, "invalid-parameter", "Invalid parameter", detail, name, remedy);
        }
    }
}
