package io.weir.server.yaml;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that was probably meant: one that begins so, or else the one with the fewest letters different. */
public final class Nearest {
    private static final int LONGEST = 100;
    private static final int PREFIX = 3;

    private Nearest() {}

    /** A remedy for an unknown {@code name}: the nearest known one, or all of them if none is near. */
    public static String remedy(String name, Collection<String> known) {
        return to(name, known)
                .map(nearest -> "Write '" + nearest + "', if that was meant")
                .orElseGet(() -> "Write one of: " + String.join(", ", known));
    }

    private static Optional<String> to(String name, Collection<String> known) {
        if (name.length() > LONGEST) {
            return Optional.empty();
        }
        for (String candidate : known) {
            if (name.length() >= PREFIX && candidate.startsWith(name)) {
                return Optional.of(candidate);
            }
        }
        String nearest = null;
        int least = Math.max(2, name.length() / 3) + 1;
        for (String candidate : known) {
            int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < least && distance < candidate.length()) {
                least = distance;
                nearest = candidate;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** How many characters must be inserted, removed or replaced to turn one word into the other (Levenshtein). */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
