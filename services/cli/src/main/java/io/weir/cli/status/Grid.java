package io.weir.cli.status;

import io.weir.server.health.Level;
import java.util.ArrayList;
import java.util.List;

/** Rows in columns as wide as their widest cell; cells of numbers are set to the right, whole rows are coloured. */
final class Grid {
    private static final String GAP = "  ";

    private final List<Row> rows = new ArrayList<>();

    private record Row(Level level, List<String> cells) {}

    /** The names of the columns; those of numbers end in a space, which is not printed. */
    Grid(String... names) {
        row(Level.OK, names);
    }

    Grid row(Level level, String... cells) {
        rows.add(new Row(level, List.of(cells)));
        return this;
    }

    /** Its lines, each ended. */
    String text(Colours colours) {
        List<String> names = rows.getFirst().cells;
        int[] widths = new int[names.size()];
        for (Row row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.cells.get(i).strip().length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (Row row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String cell = row.cells.get(i).strip();
                String space = " ".repeat(widths[i] - cell.length());
                line.append(GAP).append(names.get(i).endsWith(" ") ? space + cell : cell + space);
            }
            String plain = line.toString().stripTrailing();
            text.append(text.isEmpty() ? colours.dim(plain) : colours.of(row.level, plain))
                    .append('\n');
        }
        return text.toString();
    }
}
