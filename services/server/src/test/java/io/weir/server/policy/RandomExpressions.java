package io.weir.server.policy;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Random well-typed expressions of the supported part of CEL, with the values where arithmetic breaks. */
final class RandomExpressions {
    static final List<String> FEATURES = List.of("f0", "f1", "f2", "f3");

    private static final List<String> INTEGERS = List.of(
            "0",
            "1",
            "-1",
            "2",
            "7",
            "1000",
            "9223372036854775807",
            "-9223372036854775808",
            "9007199254740993",
            "4611686018427387904");
    private static final List<String> NUMBERS = List.of(
            "0.0",
            "-0.0",
            "1.0",
            "-1.5",
            "2.5",
            "1e308",
            "5e-324",
            "9.3e18",
            "9223372036854775807.0",
            "-9223372036854775808.0");
    private static final List<String> STRINGS =
            List.of("''", "'EUR'", "'US'", "'EU'", "'é'", "'😀'", "'\\uFFFF'", "'a\\'b'");
    private static final List<String> INTEGER_FIELDS = List.of("amountMinor", "occurredAtMs", "hour", "dayOfWeek");
    private static final List<String> STRING_FIELDS = List.of(
            "transactionId",
            "accountId",
            "currency",
            "terminalId",
            "merchantId",
            "merchantCategory",
            "counterpartyId",
            "deviceId",
            "ip",
            "country",
            "channel");
    private static final List<String> ORDER = List.of("<", "<=", ">", ">=");

    private final Random random;

    RandomExpressions(Random random) {
        this.random = random;
    }

    /**
     * An expression as a policy has it and as the oracle gets it. They differ in comparisons of an integer with a double: we widen the
     * integer, which the oracle is told to do; by itself it takes NaN for larger than any integer.
     */
    record Pair(String ours, String oracle) {
        static Pair same(String text) {
            return new Pair(text, text);
        }
    }

    Pair condition(int depth) {
        if (depth == 0) {
            return random.nextInt(4) == 0 ? Pair.same(random.nextBoolean() ? "true" : "false") : comparison(0);
        }
        return switch (random.nextInt(9)) {
            case 0 -> join("(", condition(depth - 1), " && ", condition(depth - 1), ")");
            case 1 -> join("(", condition(depth - 1), " || ", condition(depth - 1), ")");
            case 2 -> join("!(", condition(depth - 1), ")");
            case 3 -> choose(condition(depth - 1), condition(depth - 1), condition(depth - 1));
            case 4 -> membership(depth - 1);
            case 5 ->
                join(
                        text(depth - 1),
                        "." + pick(List.of("startsWith", "endsWith", "contains")) + "(",
                        text(depth - 1),
                        ")");
            case 6 -> join("(", condition(depth - 1), pick(List.of(" == ", " != ")), condition(depth - 1), ")");
            default -> comparison(depth - 1);
        };
    }

    private Pair comparison(int depth) {
        String operator = " " + (random.nextInt(3) == 0 ? pick(List.of("==", "!=")) : pick(ORDER)) + " ";
        return switch (random.nextInt(4)) {
            case 0 -> join("(", integer(depth), operator, integer(depth), ")");
            case 1 -> join("(", number(depth), operator, number(depth), ")");
            case 2 -> join("(", text(depth), operator, text(depth), ")");
            default -> mixed(depth);
        };
    }

    private Pair mixed(int depth) {
        Pair integer = integer(depth);
        Pair widened = new Pair(integer.ours(), "double(" + integer.oracle() + ")");
        String operator = " " + pick(ORDER) + " ";
        return random.nextBoolean()
                ? join("(", widened, operator, number(depth), ")")
                : join("(", number(depth), operator, widened, ")");
    }

    private Pair membership(int depth) {
        int size = 1 + random.nextInt(4);
        boolean literals = random.nextBoolean();
        return switch (random.nextInt(3)) {
            case 0 -> join("(", integer(depth), " in ", list(size, literals ? 0 : depth, 'i', literals), ")");
            case 1 -> join("(", text(depth), " in ", list(size, literals ? 0 : depth, 't', literals), ")");
            // The oracle takes NaN for equal to NaN in lists, against CEL's definition; without variables there is
            // none.
            default -> join("(", number(depth), " in ", list(size, 0, 'n', true), ")");
        };
    }

    private Pair list(int size, int depth, char type, boolean literals) {
        List<Pair> elements = IntStream.range(0, size)
                .mapToObj(i -> switch (type) {
                    case 'i' -> literals ? Pair.same(pick(INTEGERS)) : integer(depth);
                    case 't' -> literals ? Pair.same(pick(STRINGS)) : text(depth);
                    default -> Pair.same(pick(NUMBERS));
                })
                .toList();
        return new Pair(
                elements.stream().map(Pair::ours).collect(Collectors.joining(", ", "[", "]")),
                elements.stream().map(Pair::oracle).collect(Collectors.joining(", ", "[", "]")));
    }

    Pair integer(int depth) {
        if (depth == 0) {
            return Pair.same(random.nextBoolean() ? pick(INTEGERS) : "transaction." + pick(INTEGER_FIELDS));
        }
        return switch (random.nextInt(8)) {
            case 0 -> join("int(", number(depth - 1), ")");
            case 1 -> random.nextBoolean() ? join("size(", text(depth - 1), ")") : join(text(depth - 1), ".size()");
            case 2 -> choose(condition(depth - 1), integer(depth - 1), integer(depth - 1));
            case 3 -> join("-(", integer(depth - 1), ")");
            default ->
                join(
                        "(",
                        integer(depth - 1),
                        pick(List.of(" + ", " - ", " * ", " / ", " % ")),
                        integer(depth - 1),
                        ")");
        };
    }

    Pair number(int depth) {
        if (depth == 0) {
            return Pair.same(random.nextBoolean() ? pick(NUMBERS) : pick(FEATURES));
        }
        return switch (random.nextInt(7)) {
            case 0, 1 -> join("double(", random.nextBoolean() ? integer(depth - 1) : number(depth - 1), ")");
            case 2 -> choose(condition(depth - 1), number(depth - 1), number(depth - 1));
            case 3 -> join("-(", number(depth - 1), ")");
            default -> join("(", number(depth - 1), pick(List.of(" + ", " - ", " * ", " / ")), number(depth - 1), ")");
        };
    }

    private Pair text(int depth) {
        if (depth > 0 && random.nextInt(3) == 0) {
            return choose(condition(depth - 1), text(depth - 1), text(depth - 1));
        }
        return Pair.same(random.nextBoolean() ? pick(STRINGS) : "transaction." + pick(STRING_FIELDS));
    }

    private static Pair choose(Pair condition, Pair then, Pair otherwise) {
        return join("(", condition, " ? ", then, " : ", otherwise, ")");
    }

    private <E> E pick(List<E> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static Pair join(Object... parts) {
        StringBuilder ours = new StringBuilder();
        StringBuilder oracle = new StringBuilder();
        for (Object part : parts) {
            ours.append(part instanceof Pair pair ? pair.ours() : part);
            oracle.append(part instanceof Pair pair ? pair.oracle() : part);
        }
        return new Pair(ours.toString(), oracle.toString());
    }
}
