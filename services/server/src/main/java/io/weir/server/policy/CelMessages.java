package io.weir.server.policy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts dev.cel's messages into words for the people who write policies. */
final class CelMessages {
    private static final Pattern NO_OVERLOAD = Pattern.compile(
            "found no matching overload for '(.+?)' applied to '(.+?)'(?: \\(candidates.*)?", Pattern.DOTALL);
    private static final String COMPLETE = "Write a complete CEL expression, such as 'transaction.amountMinor > 10000'";

    private CelMessages() {}

    static Message ofSyntaxError(String message) {
        if (message.contains("'<EOF>'") && !message.startsWith("missing")) {
            return new Message("the expression ends too early", COMPLETE);
        }
        if (message.startsWith("For input string")) {
            return new Message(
                    "the integer does not fit in 64 bits", "Write a smaller number, or a double, such as 1e30");
        }
        if (message.contains("recursion limit")) {
            return new Message("the expression is nested too deeply", "Split it into several features");
        }
        int expecting = message.indexOf(" expecting ");
        String problem = expecting < 0 ? message : message.substring(0, expecting);
        return new Message("this is not CEL: " + problem.replace('\n', ' '), COMPLETE);
    }

    static Message ofTypeError(String message) {
        Matcher matcher = NO_OVERLOAD.matcher(message);
        if (!matcher.matches()) {
            return new Message(message.replace('\n', ' '), "Make the types agree");
        }
        String function = matcher.group(1);
        String types = matcher.group(2);
        String problem = "'" + CelVocabulary.written(function) + "' does not apply to " + types;
        boolean mixed = types.contains("int") && types.contains("double");
        if (function.equals("_%_") && types.contains("double")) {
            return new Message(problem, "Make both integers: write int(x) for a double");
        }
        if (mixed) {
            return new Message(problem, "Make both doubles: write 3.0 for 3, and double(x) for an integer");
        }
        return new Message(problem, remedy(function, types));
    }

    private static String remedy(String function, String types) {
        return switch (function) {
            case "_&&_", "_||_", "!_" -> "Write conditions there, such as 'x > 0.0'";
            case "_?_:_" -> "Write 'condition ? a : b' with a and b of one type";
            case "@in" -> "Write a value and a list of values of the same type";
            case "_==_", "_!=_" -> "Compare values of the same type";
            case "_<_", "_<=_", "_>_", "_>=_" ->
                types.contains("bool")
                        ? "Conditions have no order: use '==' or '!='"
                        : "Compare values of the same type";
            case "_+_", "_-_", "_*_", "_/_", "_%_", "-_" -> "Write numbers there, all of one type";
            case "startsWith", "endsWith", "contains" -> "Write text." + function + "('...'), with strings";
            case "size" -> "Write size(text), with a string";
            default -> "Write " + function + "(x), with a number";
        };
    }

    /** What is wrong, and what to write instead. */
    record Message(String problem, String remedy) {}
}
