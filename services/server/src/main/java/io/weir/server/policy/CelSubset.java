package io.weir.server.policy;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import io.weir.server.yaml.Nearest;
import java.util.List;
import java.util.stream.Stream;

/** Checks names and forms of a parsed expression, before its types: here the remedies are known best. */
final class CelSubset {
    private final ExpressionErrors errors;
    private final List<String> features;
    private final int visible;

    /** {@code features} in the policy's order; the expression sees the first {@code visible} of them. */
    CelSubset(ExpressionErrors errors, List<String> features, int visible) {
        this.errors = errors;
        this.features = features;
        this.visible = visible;
    }

    void check(CelExpr expr) {
        switch (expr.getKind()) {
            case CONSTANT -> constant(expr);
            case IDENT -> name(expr);
            case SELECT -> select(expr);
            case CALL -> call(expr);
            case LIST -> errors.add(expr, "a list can stand only to the right of 'in'", "Write 'value in [a, b]'");
            default ->
                errors.add(
                        expr,
                        "maps, messages and comprehensions are not supported",
                        "Use numbers, strings and conditions");
        }
    }

    private void constant(CelExpr expr) {
        CelConstant.Kind kind = expr.constant().getKind();
        switch (kind) {
            case BOOLEAN_VALUE, INT64_VALUE, DOUBLE_VALUE, STRING_VALUE -> {}
            case UINT64_VALUE ->
                errors.add(expr, "unsigned integers are not supported", "Write the number without 'u'");
            case NULL_VALUE ->
                errors.add(expr, "nothing is ever null", "Compare a string with \"\": a field that is absent is empty");
            default -> errors.add(expr, "bytes are not supported", "Write a string, without 'b' before it");
        }
    }

    private void name(CelExpr expr) {
        String name = expr.ident().name().replaceFirst("^\\.", "");
        int index = features.indexOf(name);
        if (index >= 0 && index < visible) {
            return;
        }
        if (index >= 0) {
            errors.add(
                    expr,
                    "the feature '" + name + "' is not computed yet here",
                    "A feature can use only those above it: move '" + name + "' up");
        } else if (name.equals(CelVocabulary.TRANSACTION)) {
            errors.add(
                    expr,
                    "the transaction itself is not a value",
                    "Write one of its fields, as transaction.amountMinor");
        } else {
            List<String> known = Stream.concat(
                            features.subList(0, visible).stream(), CelVocabulary.TRANSACTION_VARIABLES.stream())
                    .toList();
            String field = CelVocabulary.TRANSACTION + "." + name;
            String remedy = known.contains(field) ? "Write '" + field + "'" : Nearest.remedy(name, known);
            errors.add(expr, "there is no feature '" + name + "'", remedy);
        }
    }

    private void select(CelExpr expr) {
        CelExpr operand = expr.select().operand();
        String field = expr.select().field();
        if (operand.getKind() != CelExpr.ExprKind.Kind.IDENT
                || !operand.ident().name().equals(CelVocabulary.TRANSACTION)) {
            errors.add(expr, "only 'transaction' has fields, so '." + field + "' means nothing here", "Remove it");
            return;
        }
        String variable = CelVocabulary.TRANSACTION + "." + field;
        if (!CelVocabulary.TRANSACTION_VARIABLES.contains(variable)) {
            errors.add(
                    operand,
                    "a transaction has no field '" + field + "'",
                    Nearest.remedy(variable, CelVocabulary.TRANSACTION_VARIABLES));
        }
    }

    private void call(CelExpr expr) {
        CelExpr.CelCall call = expr.call();
        String function = call.function();
        if (function.equals("matches")) {
            errors.add(
                    expr, "regular expressions are not supported", "Use startsWith, endsWith, contains or 'in [...]'");
            return;
        }
        if (function.equals("_[_]")) {
            errors.add(expr, "indexing with [ ] is not supported", "Use numbers, strings and conditions");
            return;
        }
        if (!CelVocabulary.hasOperator(function) && !CelVocabulary.FUNCTIONS.contains(function)) {
            errors.add(
                    expr,
                    "the function '" + function + "' is not supported",
                    Nearest.remedy(function, CelVocabulary.FUNCTIONS));
            return;
        }
        call.target().ifPresent(this::check);
        if (function.equals("@in")) {
            check(call.args().get(0));
            list(call.args().get(1));
        } else {
            call.args().forEach(this::check);
        }
    }

    private void list(CelExpr expr) {
        if (expr.getKind() != CelExpr.ExprKind.Kind.LIST) {
            errors.add(expr, "'in' needs a list to its right", "Write the list out, as ['NL', 'BE']");
        } else if (expr.list().elements().isEmpty()) {
            errors.add(expr, "nothing is in an empty list", "Write at least one element");
        } else {
            expr.list().elements().forEach(this::check);
        }
    }
}
