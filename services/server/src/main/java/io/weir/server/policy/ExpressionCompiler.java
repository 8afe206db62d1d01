package io.weir.server.policy;

import dev.cel.checker.CelStandardDeclarations;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import io.weir.core.policy.BooleanExpression;
import io.weir.core.policy.NumberExpression;
import io.weir.core.policy.TransactionFields;
import io.weir.server.yaml.Problems;
import io.weir.server.yaml.YamlNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles the CEL expressions of one policy: dev.cel parses and checks types, {@link CelTranslator} builds what the hot path runs. */
final class ExpressionCompiler {
    private static final int MAX_LENGTH = 4_000;
    private static final Set<CelType> ELEMENT_TYPES = Set.of(SimpleType.INT, SimpleType.DOUBLE, SimpleType.STRING);

    /** Heterogeneous comparisons let analysts write {@code terminal_count > 3}. */
    static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .maxParseRecursionDepth(100)
            .build();

    /** What is not declared here dev.cel refuses, so nothing reaches the translator that it does not know. */
    private static final CelStandardDeclarations DECLARATIONS = CelStandardDeclarations.newBuilder()
            .filterFunctions((function, overload) ->
                    CelVocabulary.hasOverload(overload.celOverloadDecl().overloadId()))
            .build();

    private final Problems problems;
    private final List<String> features;
    private final CelCompiler compiler;

    /** {@code features} are the names in the policy's order. */
    ExpressionCompiler(Problems problems, List<String> features) {
        this.problems = problems;
        this.features = List.copyOf(features);
        this.compiler = compiler(features);
    }

    /** dev.cel's compiler with the variables of a policy. */
    static CelCompiler compiler(List<String> features) {
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardEnvironmentEnabled(false)
                .setStandardDeclarations(DECLARATIONS);
        TransactionFields.INTEGERS.keySet().forEach(field -> builder.addVar("transaction." + field, SimpleType.INT));
        TransactionFields.STRINGS.keySet().forEach(field -> builder.addVar("transaction." + field, SimpleType.STRING));
        features.stream().distinct().forEach(name -> builder.addVar(name, SimpleType.DOUBLE));
        return builder.build();
    }

    /**
     * A numeric expression, of {@code what}, that sees the first {@code visible} features; null if an error was noted. One of type int becomes a
     * double.
     */
    @Nullable
    Compiled<NumberExpression> number(YamlNode.Scalar text, String path, int visible, String what) {
        CelAbstractSyntaxTree ast = checked(text, path, visible);
        if (ast == null) {
            return null;
        }
        CelType type = ast.getResultType();
        if (!type.equals(SimpleType.DOUBLE) && !type.equals(SimpleType.INT)) {
            String remedy = type.equals(SimpleType.BOOL)
                    ? "Write '(…) ? 1.0 : 0.0' to make a number of a condition"
                    : "Write an expression that is a number";
            refuse(text, path, ast, what + " is a number, this is a " + type.name(), remedy);
            return null;
        }
        return new Compiled<>(new CelTranslator(ast, features).number(), ast, errors(text, path, ast));
    }

    /** A condition that sees all features; null if an error was noted. */
    @Nullable
    BooleanExpression condition(YamlNode.Scalar text, String path) {
        Compiled<BooleanExpression> compiled = condition(text, path, features.size());
        return compiled == null ? null : compiled.expression();
    }

    /** A condition that sees the first {@code visible} features; null if an error was noted. */
    @Nullable
    Compiled<BooleanExpression> condition(YamlNode.Scalar text, String path, int visible) {
        CelAbstractSyntaxTree ast = checked(text, path, visible);
        if (ast == null) {
            return null;
        }
        CelType type = ast.getResultType();
        if (!type.equals(SimpleType.BOOL)) {
            String remedy = "Compare it with something, such as '… > 0.0'";
            refuse(text, path, ast, "a condition is true or false, this is of type " + type.name(), remedy);
            return null;
        }
        return new Compiled<>(new CelTranslator(ast, features).condition(), ast, errors(text, path, ast));
    }

    /**
     * A compiled expression.
     *
     * @param ast what it was compiled from, checked
     * @param errors for those found later
     */
    record Compiled<E>(E expression, CelAbstractSyntaxTree ast, ExpressionErrors errors) {}

    private void refuse(YamlNode.Scalar text, String path, CelAbstractSyntaxTree ast, String problem, String remedy) {
        errors(text, path, ast).addAt(0, problem, remedy);
    }

    private ExpressionErrors errors(YamlNode.Scalar text, String path, CelAbstractSyntaxTree ast) {
        return new ExpressionErrors(problems, text, path, ast.getSource());
    }

    private @Nullable CelAbstractSyntaxTree checked(YamlNode.Scalar text, String path, int visible) {
        if (text.value().length() > MAX_LENGTH) {
            problems.add(
                    text.start(),
                    path,
                    "the expression is longer than " + MAX_LENGTH + " characters",
                    "Split it into features");
            return null;
        }
        CelValidationResult parsed = compiler.parse(text.value(), path);
        ExpressionErrors errors = new ExpressionErrors(problems, text, path, parsed.getSource());
        if (parsed.hasError()) {
            CelIssue first = parsed.getErrors().get(0); // those after it only follow from it
            CelMessages.Message message = CelMessages.ofSyntaxError(first.getMessage());
            errors.add(first.getSourceLocation(), message.problem(), message.remedy());
            return null;
        }
        CelAbstractSyntaxTree ast = tree(parsed);
        new CelSubset(errors, features, visible).check(ast.getExpr());
        if (errors.any()) {
            return null;
        }
        CelValidationResult typed = compiler.check(ast);
        for (CelIssue issue : typed.getErrors()) {
            CelMessages.Message message = CelMessages.ofTypeError(issue.getMessage());
            errors.add(issue.getSourceLocation(), message.problem(), message.remedy());
        }
        if (typed.hasError()) {
            return null;
        }
        CelAbstractSyntaxTree checked = tree(typed);
        checkLists(checked, errors);
        return errors.any() ? null : checked;
    }

    private static void checkLists(CelAbstractSyntaxTree ast, ExpressionErrors errors) {
        for (Map.Entry<Long, CelType> type : ast.getTypeMap().entrySet()) {
            if (type.getValue() instanceof ListType list && !ELEMENT_TYPES.contains(list.elemType())) {
                boolean conditions = list.elemType().equals(SimpleType.BOOL);
                errors.add(
                        type.getKey(),
                        conditions ? "a list of conditions is not supported" : "the list mixes types",
                        conditions
                                ? "Write the condition itself"
                                : "Write all elements alike: 3.0 for 3 among doubles");
            }
        }
    }

    private static CelAbstractSyntaxTree tree(CelValidationResult result) {
        try {
            return result.getAst();
        } catch (CelValidationException e) {
            throw new IllegalStateException("a result without errors has a tree", e);
        }
    }
}
