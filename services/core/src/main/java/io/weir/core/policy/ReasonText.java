package io.weir.core.policy;

import io.weir.events.TransactionSubmitted;
import java.math.BigDecimal;
import java.math.RoundingMode;
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

    /** The text for a transaction. */
    public String fill(TransactionSubmitted transaction, double[] features) {
        if (parts.size() == 1 && parts.getFirst() instanceof Literal literal) {
            return literal.text;
        }
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Literal literal -> text.append(literal.text);
                case Field field -> text.append(field.value.evaluate(transaction, features));
                case Figure figure -> text.append(written(figure.value.evaluate(transaction, features), figure.format));
            }
        }
        return text.toString();
    }

    /** A number as people read it, the same on every platform. */
    static String written(double value, Format format) {
        if (Double.isNaN(value)) {
            return "unknown";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "infinite" : "minus infinite";
        }
        BigDecimal exact = new BigDecimal(value);
        return switch (format) {
            case NUMBER -> trimmed(exact, 2);
            case WHOLE -> trimmed(exact, 0);
            case PERCENT -> trimmed(exact.movePointRight(2), 1) + " %";
            case MONEY ->
                exact.movePointLeft(2).setScale(2, RoundingMode.HALF_EVEN).toPlainString();
            case DURATION -> duration((long) value);
        };
    }

    private static String trimmed(BigDecimal exact, int decimals) {
        BigDecimal rounded = exact.setScale(decimals, RoundingMode.HALF_EVEN);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
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
