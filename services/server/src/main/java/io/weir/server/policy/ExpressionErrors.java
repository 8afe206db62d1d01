package io.weir.server.policy;

import dev.cel.common.CelSource;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelExpr;
import io.weir.server.yaml.Problems;
import io.weir.server.yaml.YamlNode;
import java.util.Map;

/** Notes the errors of one expression at their places in the document. */
final class ExpressionErrors {
    private final Problems problems;
    private final YamlNode.Scalar scalar;
    private final String path;
    private final Map<Long, Integer> offsets;
    private boolean any;

    ExpressionErrors(Problems problems, YamlNode.Scalar scalar, String path, CelSource source) {
        this.problems = problems;
        this.scalar = scalar;
        this.path = path;
        this.offsets = source.getPositionsMap();
    }

    boolean any() {
        return any;
    }

    void add(CelExpr expr, String problem, String remedy) {
        add(expr.id(), problem, remedy);
    }

    void add(long exprId, String problem, String remedy) {
        addAt(offsets.getOrDefault(exprId, 0), problem, remedy);
    }

    /** Line of the expression from 1, column from 0, as dev.cel counts. */
    void add(CelSourceLocation location, String problem, String remedy) {
        int[] text = scalar.value().codePoints().toArray();
        int offset = 0;
        for (int line = 1; line < location.getLine() && offset < text.length; offset++) {
            if (text[offset] == '\n') {
                line++;
            }
        }
        addAt(offset + Math.max(0, location.getColumn()), problem, remedy);
    }

    /** {@code offset} in code points of the expression. */
    void addAt(int offset, String problem, String remedy) {
        any = true;
        problems.add(problems.source().indexOf(scalar, offset), path, problem, remedy);
    }
}
