package io.weir.server.policy;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import io.weir.core.policy.BooleanExpression;
import io.weir.core.policy.Comparison;
import io.weir.core.policy.IntegerExpression;
import io.weir.core.policy.Membership;
import io.weir.core.policy.NumberExpression;
import io.weir.core.policy.StringExpression;
import io.weir.core.policy.TransactionFields;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Translates an expression that dev.cel has checked, and {@link CelVocabulary} has admitted, into the core's own, which does not box.
 * A comparison of an integer with a double widens the integer.
 */
final class CelTranslator {
    private static final Map<String, Comparison> COMPARISONS = Map.of(
            "_<_", Comparison.LESS,
            "_<=_", Comparison.LESS_OR_EQUAL,
            "_>_", Comparison.GREATER,
            "_>=_", Comparison.GREATER_OR_EQUAL,
            "_==_", Comparison.EQUAL,
            "_!=_", Comparison.NOT_EQUAL);

    private final CelAbstractSyntaxTree ast;
    private final List<String> features;

    CelTranslator(CelAbstractSyntaxTree ast, List<String> features) {
        this.ast = ast;
        this.features = features;
    }

    NumberExpression number() {
        return asNumber(translate(ast.getExpr()));
    }

    BooleanExpression condition() {
        return asCondition(translate(ast.getExpr()));
    }

    private Term translate(CelExpr expr) {
        return switch (expr.getKind()) {
            case CONSTANT -> constant(expr.constant());
            case IDENT, SELECT -> variable(ast.getReferenceOrThrow(expr.id()).name());
            case CALL -> call(expr.call());
            default -> throw unexpected(expr.getKind());
        };
    }

    private static Term constant(CelConstant constant) {
        return switch (constant.getKind()) {
            case BOOLEAN_VALUE -> new Condition(BooleanExpression.constant(constant.booleanValue()));
            case INT64_VALUE -> new Int(IntegerExpression.constant(constant.int64Value()));
            case DOUBLE_VALUE -> new Num(NumberExpression.constant(constant.doubleValue()));
            case STRING_VALUE -> new Text(StringExpression.constant(constant.stringValue()));
            default -> throw unexpected(constant.getKind());
        };
    }

    private Term variable(String name) {
        String prefix = CelVocabulary.TRANSACTION + ".";
        if (!name.startsWith(prefix)) {
            return new Num(NumberExpression.feature(features.indexOf(name)));
        }
        String field = name.substring(prefix.length());
        IntegerExpression integer = TransactionFields.INTEGERS.get(field);
        return integer != null
                ? new Int(integer)
                : new Text(Objects.requireNonNull(TransactionFields.STRINGS.get(field), name));
    }

    private Term call(CelExpr.CelCall call) {
        String function = call.function();
        if (function.equals("@in")) {
            return membership(
                    translate(call.args().get(0)), call.args().get(1).list().elements());
        }
        if (call.target().isPresent()) {
            Term target = translate(call.target().get());
            return call.args().isEmpty()
                    ? unary(function, target)
                    : binary(function, target, translate(call.args().get(0)));
        }
        List<Term> operands = call.args().stream().map(this::translate).toList();
        return switch (operands.size()) {
            case 1 -> unary(function, operands.get(0));
            case 2 -> binary(function, operands.get(0), operands.get(1));
            case 3 -> choose(asCondition(operands.get(0)), operands.get(1), operands.get(2));
            default -> throw unexpected(function);
        };
    }

    private static Term unary(String function, Term operand) {
        return switch (function) {
            case "!_" -> new Condition(BooleanExpression.not(asCondition(operand)));
            case "-_" ->
                operand instanceof Int integer
                        ? new Int(IntegerExpression.negate(integer.expression()))
                        : new Num(NumberExpression.negate(asNumber(operand)));
            case "double" -> new Num(asNumber(operand));
            case "int" -> operand instanceof Int ? operand : new Int(IntegerExpression.truncate(asNumber(operand)));
            case "size" -> new Int(IntegerExpression.size(asText(operand)));
            default -> throw unexpected(function);
        };
    }

    private static Term binary(String function, Term left, Term right) {
        Comparison comparison = COMPARISONS.get(function);
        if (comparison != null) {
            return new Condition(compare(comparison, left, right));
        }
        return switch (function) {
            case "_&&_" -> new Condition(BooleanExpression.and(asCondition(left), asCondition(right)));
            case "_||_" -> new Condition(BooleanExpression.or(asCondition(left), asCondition(right)));
            case "startsWith" -> new Condition(BooleanExpression.startsWith(asText(left), asText(right)));
            case "endsWith" -> new Condition(BooleanExpression.endsWith(asText(left), asText(right)));
            case "contains" -> new Condition(BooleanExpression.contains(asText(left), asText(right)));
            default ->
                left instanceof Int a && right instanceof Int b
                        ? new Int(integerArithmetic(function, a.expression(), b.expression()))
                        : new Num(arithmetic(function, asNumber(left), asNumber(right)));
        };
    }

    private static IntegerExpression integerArithmetic(
            String function, IntegerExpression left, IntegerExpression right) {
        return switch (function) {
            case "_+_" -> IntegerExpression.add(left, right);
            case "_-_" -> IntegerExpression.subtract(left, right);
            case "_*_" -> IntegerExpression.multiply(left, right);
            case "_/_" -> IntegerExpression.divide(left, right);
            case "_%_" -> IntegerExpression.remainder(left, right);
            default -> throw unexpected(function);
        };
    }

    private static NumberExpression arithmetic(String function, NumberExpression left, NumberExpression right) {
        return switch (function) {
            case "_+_" -> NumberExpression.add(left, right);
            case "_-_" -> NumberExpression.subtract(left, right);
            case "_*_" -> NumberExpression.multiply(left, right);
            case "_/_" -> NumberExpression.divide(left, right);
            default -> throw unexpected(function);
        };
    }

    private static BooleanExpression compare(Comparison comparison, Term left, Term right) {
        if (left instanceof Int a && right instanceof Int b) {
            return comparison.ofIntegers(a.expression(), b.expression());
        }
        if (left instanceof Text a && right instanceof Text b) {
            return comparison.ofStrings(a.expression(), b.expression());
        }
        if (left instanceof Condition a && right instanceof Condition b) {
            return comparison.ofBooleans(a.expression(), b.expression());
        }
        return comparison.ofNumbers(asNumber(left), asNumber(right));
    }

    private static Term choose(BooleanExpression condition, Term then, Term otherwise) {
        if (then instanceof Int a && otherwise instanceof Int b) {
            return new Int(IntegerExpression.choose(condition, a.expression(), b.expression()));
        }
        if (then instanceof Text a && otherwise instanceof Text b) {
            return new Text(StringExpression.choose(condition, a.expression(), b.expression()));
        }
        if (then instanceof Condition a && otherwise instanceof Condition b) {
            return new Condition(BooleanExpression.choose(condition, a.expression(), b.expression()));
        }
        return new Num(NumberExpression.choose(condition, asNumber(then), asNumber(otherwise)));
    }

    private Term membership(Term value, List<CelExpr> list) {
        boolean known = list.stream().allMatch(element -> element.getKind() == CelExpr.ExprKind.Kind.CONSTANT);
        if (value instanceof Int integer) {
            IntegerExpression sought = integer.expression();
            return new Condition(
                    known
                            ? inKnownIntegers(sought, list)
                            : Membership.ofInteger(sought, all(list, CelTranslator::asInteger)));
        }
        if (value instanceof Text text) {
            StringExpression sought = text.expression();
            return new Condition(
                    known
                            ? inKnownStrings(sought, list)
                            : Membership.ofString(sought, all(list, CelTranslator::asText)));
        }
        return new Condition(Membership.ofNumber(asNumber(value), all(list, CelTranslator::asNumber)));
    }

    private static BooleanExpression inKnownIntegers(IntegerExpression sought, List<CelExpr> list) {
        return Membership.ofInteger(
                sought, list.stream().mapToLong(e -> e.constant().int64Value()).toArray());
    }

    private static BooleanExpression inKnownStrings(StringExpression sought, List<CelExpr> list) {
        return Membership.ofString(
                sought, list.stream().map(e -> e.constant().stringValue()).collect(Collectors.toSet()));
    }

    private <E> List<E> all(List<CelExpr> list, Function<Term, E> as) {
        return list.stream().map(this::translate).map(as).toList();
    }

    private static NumberExpression asNumber(Term term) {
        if (term instanceof Num number) {
            return number.expression();
        }
        return NumberExpression.widen(asInteger(term));
    }

    private static IntegerExpression asInteger(Term term) {
        if (term instanceof Int of) {
            return of.expression();
        }
        throw unexpected(term);
    }

    private static StringExpression asText(Term term) {
        if (term instanceof Text of) {
            return of.expression();
        }
        throw unexpected(term);
    }

    private static BooleanExpression asCondition(Term term) {
        if (term instanceof Condition of) {
            return of.expression();
        }
        throw unexpected(term);
    }

    private static IllegalStateException unexpected(Object what) {
        return new IllegalStateException("admitted, but not translated: " + what);
    }

    /** An expression of one of the four types. */
    private sealed interface Term {}

    private record Int(IntegerExpression expression) implements Term {}

    private record Num(NumberExpression expression) implements Term {}

    private record Text(StringExpression expression) implements Term {}

    private record Condition(BooleanExpression expression) implements Term {}
}
