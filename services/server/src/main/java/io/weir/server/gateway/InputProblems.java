package io.weir.server.gateway;

import io.weir.core.decide.Admission.Violation;
import io.weir.server.http.Problem;
import io.weir.server.http.ProblemException;
import io.weir.server.http.Text;
import java.util.Collection;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with what a caller sent. 400: it is not one strict JSON object. 422: it is, but not one that can be put on
 * the log; the field says where.
 */
final class InputProblems {
    private static final int MAX_COMPARED = 64;

    private InputProblems() {}

    static ProblemException malformed(String detail) {
        return new ProblemException(new Problem(
                400, "malformed-json", "Malformed JSON", "the body " + detail, null, "send one JSON object, in UTF-8"));
    }

    static ProblemException duplicateField(String name) {
        return new ProblemException(new Problem(
                400,
                "malformed-json",
                "Malformed JSON",
                "the field " + name + " is there twice",
                name,
                "send it once"));
    }

    static ProblemException unknownField(String name, Collection<String> known) {
        String nearest = nearest(name, known);
        return invalid(
                "unknown-field",
                "Unknown field",
                Text.shown(name) + " is not a field here",
                Text.shown(name).replace("\"", ""),
                nearest != null
                        ? "did you mean " + nearest + "?"
                        : "leave it out; the fields are " + String.join(", ", new TreeSet<>(known)));
    }

    static ProblemException wrongType(String field, String found, String expected) {
        return invalid("wrong-type", "Wrong type", field + " is " + found, field, "give " + expected);
    }

    static ProblemException missing(String field, String expected) {
        return invalid("missing-field", "Missing field", field + " is missing", field, "give " + expected);
    }

    static ProblemException violation(Violation violation) {
        return invalid(
                "invalid-value",
                "Invalid value",
                violation.field() + " " + violation.problem(),
                violation.field(),
                violation.remedy());
    }

    private static ProblemException invalid(String type, String title, String detail, String field, String remedy) {
        return new ProblemException(new Problem(422, type, title, detail, field, remedy));
    }

    /** The known name that takes the fewest edits, if they are few enough for a slip. */
    private static @Nullable String nearest(String name, Collection<String> known) {
        if (name.length() > MAX_COMPARED) {
            return null;
        }
        String nearest = null;
        int fewest = Math.max(1, name.length() / 3) + 1;
        for (String candidate : new TreeSet<>(known)) {
            int edits = edits(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (edits < fewest) {
                fewest = edits;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** Levenshtein distance; underscores are free, so that amount_minor is amountMinor. */
    private static int edits(String a, String b) {
        String left = a.replace("_", "");
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (left.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
