package io.weir.server.yaml;

import java.util.Arrays;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/** The text of a document, by code points, and the way from an index, or from a place inside a scalar's value, to line and column. */
public final class SourceText {
    private final String text;
    private final int[] codePoints;
    private final int[] lineStarts;

    public SourceText(String text) {
        this.text = text;
        this.codePoints = text.codePoints().toArray();
        int[] starts = new int[codePoints.length + 1];
        int lines = 1;
        for (int i = 0; i < codePoints.length; i++) {
            if (isBreak(codePoints[i]) && !isCrOfCrLf(i)) {
                starts[lines++] = i + 1;
            }
        }
        this.lineStarts = Arrays.copyOf(starts, lines);
    }

    public String text() {
        return text;
    }

    /** Line and column of the code point at {@code index}; of the end, if it lies beyond. */
    public Position position(int index) {
        int inside = Math.min(Math.max(index, 0), codePoints.length);
        int found = Arrays.binarySearch(lineStarts, inside);
        int line = found >= 0 ? found : -found - 2;
        return new Position(line + 1, inside - lineStarts[line] + 1);
    }

    /** Where in the document the code point {@code offset} of a scalar's value stands. */
    public int indexOf(YamlNode.Scalar scalar, int offset) {
        return switch (scalar.style()) {
            case DOUBLE_QUOTED -> walkEscaped(scalar.start() + 1, offset);
            case SINGLE_QUOTED -> walk(scalar, scalar.start() + 1, offset);
            case LITERAL, FOLDED -> walk(scalar, afterHeader(scalar.start()), offset);
            default -> walk(scalar, scalar.start(), offset);
        };
    }

    private int afterHeader(int start) {
        int index = start;
        while (index < codePoints.length && !isBreak(codePoints[index])) {
            index++;
        }
        return index;
    }

    /** YAML folds lines and drops indentation, so value and source are walked side by side: only their white space differs. */
    private int walk(YamlNode.Scalar scalar, int start, int offset) {
        int[] value = scalar.value().codePoints().toArray();
        int index = start;
        for (int i = 0; ; i++) {
            while (i < value.length && isWhite(at(index)) && !isWhite(value[i])) {
                index++;
            }
            if (i >= Math.min(offset, value.length)) {
                return index;
            }
            if (scalar.style() == ScalarStyle.SINGLE_QUOTED && value[i] == '\'') {
                index += 2; // written twice
            } else if (isWhite(at(index)) || !isWhite(value[i])) {
                index++;
            }
        }
    }

    /** In double quotes the source alone tells what it stands for; escapes stand for white space too. */
    private int walkEscaped(int start, int offset) {
        int index = start;
        int passed = 0; // code points of the value
        while (index < codePoints.length && codePoints[index] != '"') {
            int end;
            int length; // in the value
            if (isWhite(at(index))) {
                end = endOfWhite(index);
                int breaks = breaks(index, end);
                length = breaks == 0 ? end - index : Math.max(1, breaks - 1);
                if (breaks == 0 && offset < passed + length) {
                    return index + offset - passed;
                }
            } else if (at(index) == '\\' && isBreak(at(index + 1))) {
                end = endOfWhite(index + 1);
                length = breaks(index + 1, end) - 1; // that of the escape is none
            } else {
                end = index + (at(index) == '\\' ? escapeLength(at(index + 1)) : 1);
                length = 1;
            }
            if (offset < passed + length) {
                return index;
            }
            passed += length;
            index = end;
        }
        return index;
    }

    private static int escapeLength(int kind) {
        return switch (kind) {
            case 'x' -> 4;
            case 'u' -> 6;
            case 'U' -> 10;
            default -> 2;
        };
    }

    private int endOfWhite(int start) {
        int index = start;
        while (isWhite(at(index))) {
            index++;
        }
        return index;
    }

    private int breaks(int start, int end) {
        int breaks = 0;
        for (int i = start; i < end; i++) {
            breaks += isBreak(codePoints[i]) && !isCrOfCrLf(i) ? 1 : 0;
        }
        return breaks;
    }

    private boolean isCrOfCrLf(int index) {
        return codePoints[index] == '\r' && at(index + 1) == '\n';
    }

    private int at(int index) {
        return index < codePoints.length ? codePoints[index] : -1;
    }

    private static boolean isBreak(int c) {
        return c == '\n' || c == '\r';
    }

    private static boolean isWhite(int c) {
        return c == ' ' || c == '\t' || isBreak(c);
    }

    /** A place in a document: line and column from 1, the column in code points. */
    public record Position(int line, int column) {}
}
