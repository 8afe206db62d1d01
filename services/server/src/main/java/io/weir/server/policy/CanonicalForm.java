package io.weir.server.policy;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * A checked expression in one form, whatever its spaces, brackets and the names of the features that it uses: these stand
 * there by their definitions.
 */
final class CanonicalForm {
    private final CelAbstractSyntaxTree ast;
    private final List<String> features;
    private final IntFunction<String> definitions;
    private final StringBuilder text = new StringBuilder();
    private final Map<CelExpr, Integer> uses = new LinkedHashMap<>();

    private CanonicalForm(CelAbstractSyntaxTree ast, List<String> features, IntFunction<String> definitions) {
        this.ast = ast;
        this.features = features;
        this.definitions = definitions;
    }

    /**
     * The form of an expression.
     *
     * @param features names in the policy's order
     * @param definitions identity of the feature at an index
     */
    static CanonicalForm of(CelAbstractSyntaxTree ast, List<String> features, IntFunction<String> definitions) {
        CanonicalForm form = new CanonicalForm(ast, features, definitions);
        form.add(ast.getExpr());
        return form;
    }

    String text() {
        return text.toString();
    }

    /** Where it uses which feature, by index. */
    Map<CelExpr, Integer> uses() {
        return uses;
    }

    /** The features that it uses, by index. */
    Collection<Integer> features() {
        return new TreeSet<>(uses.values());
    }

    private void add(CelExpr expr) {
        switch (expr.getKind()) {
            case CONSTANT -> constant(expr.constant());
            case IDENT, SELECT -> variable(expr);
            case LIST -> {
                text.append("[ ");
                expr.list().elements().forEach(this::next);
                text.append(']');
            }
            case CALL -> {
                text.append('(').append(expr.call().function()).append(' ');
                expr.call().target().ifPresent(this::next);
                expr.call().args().forEach(this::next);
                text.append(')');
            }
            default -> throw new IllegalStateException("admitted, but without canonical form: " + expr.getKind());
        }
    }

    private void next(CelExpr expr) {
        add(expr);
        text.append(' ');
    }

    private void variable(CelExpr expr) {
        String name = ast.getReferenceOrThrow(expr.id()).name();
        int index = features.indexOf(name);
        if (index < 0) {
            text.append(name);
        } else {
            uses.put(expr, index);
            text.append('#').append(definitions.apply(index));
        }
    }

    private void constant(CelConstant constant) {
        switch (constant.getKind()) {
            case BOOLEAN_VALUE -> text.append(constant.booleanValue());
            case INT64_VALUE -> text.append(constant.int64Value());
            case DOUBLE_VALUE -> text.append(constant.doubleValue());
            case STRING_VALUE ->
                text.append('"')
                        .append(constant.stringValue().replace("\\", "\\\\").replace("\"", "\\\""))
                        .append('"');
            default -> throw new IllegalStateException("admitted, but without canonical form: " + constant.getKind());
        }
    }
}
