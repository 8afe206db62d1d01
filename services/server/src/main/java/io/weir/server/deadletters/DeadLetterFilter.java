package io.weir.server.deadletters;

import io.weir.server.deadletters.DeadLetter.Position;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Which dead letters are meant: those that satisfy all of its conditions. */
public final class DeadLetterFilter {
    /** The conditions, for people. */
    public static final String CONDITIONS =
            "position=P/O, error=, stage=, topic= and partition= of the original, key=, attempt=, since=, until= (when it was "
                    + "given up: 2026-11-22 or 2026-11-22T08:00:00Z)";

    /** Before the name of a condition, for a key may contain commas itself. */
    private static final Pattern BETWEEN =
            Pattern.compile(",(?=(?:position|error|stage|topic|partition|key|attempt|since|until)=)");

    private final List<Predicate<DeadLetter>> conditions = new ArrayList<>();

    private DeadLetterFilter() {}

    /**
     * From what a person wrote.
     *
     * @param filters each some conditions with commas between them, for example {@code error=InvalidLabel,partition=3}
     * @throws IllegalArgumentException when a condition cannot be understood; the message names it
     */
    public static DeadLetterFilter parse(List<String> filters) {
        DeadLetterFilter filter = new DeadLetterFilter();
        for (String each : filters) {
            for (String condition : BETWEEN.splitAsStream(each).toList()) {
                int equals = condition.indexOf('=');
                if (equals < 0) {
                    throw new IllegalArgumentException(
                            "'" + condition + "' is no condition; write name=value, where there are " + CONDITIONS);
                }
                filter.conditions.add(condition(condition.substring(0, equals), condition.substring(equals + 1)));
            }
        }
        return filter;
    }

    /** Whether a letter is meant. */
    public boolean matches(DeadLetter letter) {
        return conditions.stream().allMatch(condition -> condition.test(letter));
    }

    private static Predicate<DeadLetter> condition(String name, String value) {
        return switch (name) {
            case "position" -> {
                Position position = Position.parse(value);
                yield letter -> letter.position().equals(position);
            }
            case "error" -> letter -> letter.context().error().equals(value);
            case "stage" -> letter -> letter.context().stage().equals(value);
            case "topic" -> letter -> letter.context().topic().equals(value);
            case "partition" -> {
                long partition = number(name, value);
                yield letter -> letter.context().partition() == partition;
            }
            case "key" -> letter -> letter.keyText().equals(value);
            case "attempt" -> {
                long attempt = number(name, value);
                yield letter -> letter.context().attempt() == attempt;
            }
            case "since" -> {
                long ms = time(name, value);
                yield letter -> letter.timestampMs() >= ms;
            }
            case "until" -> {
                long ms = time(name, value);
                yield letter -> letter.timestampMs() < ms;
            }
            default ->
                throw new IllegalArgumentException("there is no condition '" + name + "'; there are " + CONDITIONS);
        };
    }

    private static long number(String name, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + "=" + value + ": write a number", e);
        }
    }

    private static long time(String name, String value) {
        try {
            Instant instant = value.contains("T")
                    ? Instant.parse(value)
                    : LocalDate.parse(value).atStartOfDay().toInstant(ZoneOffset.UTC);
            return instant.toEpochMilli();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    name + "=" + value + ": write a time in UTC, 2026-11-22 or 2026-11-22T08:00:00Z", e);
        }
    }
}
