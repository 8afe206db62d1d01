package io.weir.core.policy;

import io.weir.events.TransactionSubmitted;
import java.util.List;

/** The text of a reason, with values of the transaction and its features filled in. Immutable. */
public final class ReasonText {
    private static final long SECOND_MS = 1_000;
    private static final long MINUTE_MS = 60 * SECOND_MS;
    private static final long HOUR_MS = 60 * MINUTE_MS;
    private static final long DAY_MS = 24 * HOUR_MS;

    private final List<Part> parts;

    /** How a number is written. */
    public enum Format {
        /** Two decimals at most, none if they are zeros. */
        NUMBER,
        /** No decimals. */
        WHOLE,
        /** 0.125 as 12.5 %. */
        PERCENT,
        /** Hundredths with two decimals: 12345 as 123.45. */
        MONEY,
        /** Milliseconds in the two largest units: 3 d 4 h. */
        DURATION
    }

    /** A piece of the text. */
    public sealed interface Part {}

    /** As it stands. */
    public record Literal(String text) implements Part {}

    /** A number in its place. */
    public record Figure(NumberExpression value, Format format) implements Part {}

    /** A field of the transaction in its place. */
    public record Field(StringExpression value) implements Part {}

    private ReasonText(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /** One made of pieces. */
    public static ReasonText of(List<Part> parts) {
        return new ReasonText(parts);
    }

    /** One without anything to fill in. */
    public static ReasonText of(String text) {
        return new ReasonText(List.of(new Literal(text)));
    }

    /**
     * The text for a transaction.
     *
     * @param text to write it in, which is emptied before
     */
    public String fill(TransactionSubmitted transaction, double[] features, StringBuilder text) {
        if (parts.size() == 1 && parts.getFirst() instanceof Literal literal) {
            return literal.text;
        }
        text.setLength(0);
        for (Part part : parts) {
            switch (part) {
                case Literal literal -> text.append(literal.text);
                case Field field -> text.append(field.value.evaluate(transaction, features));
                case Figure figure -> write(figure.value.evaluate(transaction, features), figure.format, text);
            }
        }
        return text.toString();
    }

    /** Appends a number as people read it, the same on every platform. */
    private static void write(double value, Format format, StringBuilder text) {
        if (Double.isNaN(value)) {
            text.append("unknown");
        } else if (Double.isInfinite(value)) {
            text.append(value > 0 ? "infinite" : "minus infinite");
        } else {
            switch (format) {
                case NUMBER -> Decimals.append(text, value, 0, 2, true);
                case WHOLE -> Decimals.append(text, value, 0, 0, true);
                case PERCENT -> {
                    Decimals.append(text, value, 2, 1, true);
                    text.append(" %");
                }
                case MONEY -> Decimals.append(text, value, -2, 2, false);
                case DURATION -> text.append(duration((long) value));
            }
        }
    }

    private static String duration(long ms) {
        long rest = Math.abs(ms);
        String sign = ms < 0 ? "-" : "";
        if (rest >= DAY_MS) {
            return sign + rest / DAY_MS + " d " + rest % DAY_MS / HOUR_MS + " h";
        }
        if (rest >= HOUR_MS) {
            return sign + rest / HOUR_MS + " h " + rest % HOUR_MS / MINUTE_MS + " min";
        }
        if (rest >= MINUTE_MS) {
            return sign + rest / MINUTE_MS + " min " + rest % MINUTE_MS / SECOND_MS + " s";
        }
        return sign + rest / SECOND_MS + " s";
    }
}
