package io.weir.load.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A table of results.
 *
 * @param caption what it shows, with units where a column does not name its own
 * @param columns headings; the first column names the rows
 * @param rows as many cells as there are columns; a cell is a {@link String} or a {@link Number}, {@code NaN} for what
 *     could not be measured
 */
public record Table(String caption, List<String> columns, List<List<Object>> rows) {
    /** An empty one, to be filled by {@link #row}. */
    public Table(String caption, String... columns) {
        this(caption, List.of(columns), new ArrayList<>());
    }

    /** Adds a row. */
    public Table row(Object... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(
                    caption + ": " + cells.length + " cells for " + columns.size() + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    /** Whether a column is text, not figures: the first one is, and one without a number in it. */
    boolean isText(int column) {
        return column == 0 || rows.stream().allMatch(row -> row.get(column) instanceof String);
    }
}
