package io.weir.server.yaml;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: a whole number and {@code s}, {@code m}, {@code h} or {@code d}. */
public final class Durations {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})([smhd])");

    private Durations() {}

    /** The duration in milliseconds; empty if the text is not one. */
    public static OptionalLong parseMs(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        long unitMs =
                switch (matcher.group(2)) {
                    case "s" -> 1_000L;
                    case "m" -> 60_000L;
                    case "h" -> 3_600_000L;
                    default -> 86_400_000L;
                };
        return OptionalLong.of(Long.parseLong(matcher.group(1)) * unitMs);
    }
}
