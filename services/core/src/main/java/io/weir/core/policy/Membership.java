package io.weir.core.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * CEL's {@code value in [element, …]}. The elements are all evaluated, so an error in any of them is the result. Elements known in
 * advance are looked up.
 */
public final class Membership {
    private Membership() {}

    public static BooleanExpression ofInteger(IntegerExpression value, List<IntegerExpression> elements) {
        IntegerExpression[] list = elements.toArray(IntegerExpression[]::new);
        return (transaction, features) -> {
            long sought = value.evaluate(transaction, features);
            boolean found = false;
            for (IntegerExpression element : list) {
                found |= element.evaluate(transaction, features) == sought;
            }
            return found;
        };
    }

    public static BooleanExpression ofInteger(IntegerExpression value, long... elements) {
        long[] sorted = elements.clone();
        Arrays.sort(sorted);
        return (transaction, features) -> Arrays.binarySearch(sorted, value.evaluate(transaction, features)) >= 0;
    }

    /** NaN is equal to nothing, so it is in no list. */
    public static BooleanExpression ofNumber(NumberExpression value, List<NumberExpression> elements) {
        NumberExpression[] list = elements.toArray(NumberExpression[]::new);
        return (transaction, features) -> {
            double sought = value.evaluate(transaction, features);
            boolean found = false;
            for (NumberExpression element : list) {
                found |= element.evaluate(transaction, features) == sought;
            }
            return found;
        };
    }

    public static BooleanExpression ofString(StringExpression value, List<StringExpression> elements) {
        StringExpression[] list = elements.toArray(StringExpression[]::new);
        return (transaction, features) -> {
            String sought = value.evaluate(transaction, features);
            boolean found = false;
            for (StringExpression element : list) {
                found |= element.evaluate(transaction, features).equals(sought);
            }
            return found;
        };
    }

    public static BooleanExpression ofString(StringExpression value, Set<String> elements) {
        Set<String> set = Set.copyOf(elements);
        return (transaction, features) -> set.contains(value.evaluate(transaction, features));
    }
}
