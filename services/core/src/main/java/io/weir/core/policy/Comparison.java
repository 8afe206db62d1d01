package io.weir.core.policy;

/** The comparisons of CEL, over operands of one type. Comparisons of numbers with NaN do not hold, except {@code !=}. */
public enum Comparison {
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    EQUAL,
    NOT_EQUAL;

    public BooleanExpression ofNumbers(NumberExpression left, NumberExpression right) {
        return switch (this) {
            case LESS -> (t, f) -> left.evaluate(t, f) < right.evaluate(t, f);
            case LESS_OR_EQUAL -> (t, f) -> left.evaluate(t, f) <= right.evaluate(t, f);
            case GREATER -> (t, f) -> left.evaluate(t, f) > right.evaluate(t, f);
            case GREATER_OR_EQUAL -> (t, f) -> left.evaluate(t, f) >= right.evaluate(t, f);
            case EQUAL -> (t, f) -> left.evaluate(t, f) == right.evaluate(t, f);
            case NOT_EQUAL -> (t, f) -> left.evaluate(t, f) != right.evaluate(t, f);
        };
    }

    public BooleanExpression ofIntegers(IntegerExpression left, IntegerExpression right) {
        return switch (this) {
            case LESS -> (t, f) -> left.evaluate(t, f) < right.evaluate(t, f);
            case LESS_OR_EQUAL -> (t, f) -> left.evaluate(t, f) <= right.evaluate(t, f);
            case GREATER -> (t, f) -> left.evaluate(t, f) > right.evaluate(t, f);
            case GREATER_OR_EQUAL -> (t, f) -> left.evaluate(t, f) >= right.evaluate(t, f);
            case EQUAL -> (t, f) -> left.evaluate(t, f) == right.evaluate(t, f);
            case NOT_EQUAL -> (t, f) -> left.evaluate(t, f) != right.evaluate(t, f);
        };
    }

    /** Strings are ordered by their UTF-16 code units. */
    public BooleanExpression ofStrings(StringExpression left, StringExpression right) {
        return switch (this) {
            case LESS -> (t, f) -> left.evaluate(t, f).compareTo(right.evaluate(t, f)) < 0;
            case LESS_OR_EQUAL -> (t, f) -> left.evaluate(t, f).compareTo(right.evaluate(t, f)) <= 0;
            case GREATER -> (t, f) -> left.evaluate(t, f).compareTo(right.evaluate(t, f)) > 0;
            case GREATER_OR_EQUAL -> (t, f) -> left.evaluate(t, f).compareTo(right.evaluate(t, f)) >= 0;
            case EQUAL -> (t, f) -> left.evaluate(t, f).equals(right.evaluate(t, f));
            case NOT_EQUAL -> (t, f) -> !left.evaluate(t, f).equals(right.evaluate(t, f));
        };
    }

    /**
     * Booleans are equal or not; they have no order.
     *
     * @throws IllegalArgumentException for any other comparison
     */
    public BooleanExpression ofBooleans(BooleanExpression left, BooleanExpression right) {
        return switch (this) {
            case EQUAL -> (t, f) -> left.evaluate(t, f) == right.evaluate(t, f);
            case NOT_EQUAL -> (t, f) -> left.evaluate(t, f) != right.evaluate(t, f);
            default -> throw new IllegalArgumentException("booleans have no order");
        };
    }
}
