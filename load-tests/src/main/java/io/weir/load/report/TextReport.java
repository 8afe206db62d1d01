package io.weir.load.report;

import java.util.ArrayList;
import java.util.List;

/** A section for the terminal. */
public final class TextReport {
    private static final int WIDTH = 110;

    private TextReport() {}

    /** Title, tables and notes; pictures are for the page. */
    public static String of(Section section) {
        StringBuilder text = new StringBuilder("\n" + section.title() + "\n");
        for (Table table : section.tables()) {
            text.append('\n').append(of(table));
        }
        if (section.failure() != null) {
            text.append('\n').append(wrapped("Failed: " + section.failure()));
        }
        section.notes().forEach(note -> text.append('\n').append(wrapped(note)));
        return text.toString();
    }

    /** A table with its columns aligned: text to the left, numbers to the right. */
    public static String of(Table table) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(table.columns());
        table.rows().forEach(row -> cells.add(row.stream().map(Numbers::text).toList()));
        StringBuilder text = new StringBuilder("  " + table.caption() + "\n");
        for (List<String> row : cells) {
            text.append("  ");
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = cells.stream()
                        .mapToInt(one -> one.get(at).length())
                        .max()
                        .orElse(0);
                boolean left = table.isText(column);
                text.append(String.format("%" + (left ? "-" : "") + Math.max(1, width) + "s  ", row.get(column)));
            }
            text.setLength(text.toString().stripTrailing().length());
            text.append('\n');
        }
        return text.toString();
    }

    private static String wrapped(String note) {
        StringBuilder text = new StringBuilder();
        int column = 0;
        for (String word : note.split(" ", -1)) {
            if (column + word.length() >= WIDTH) {
                text.append('\n');
                column = 0;
            }
            text.append(column == 0 ? "  " : " ").append(word);
            column += word.length() + 1;
        }
        return text.append('\n').toString();
    }
}
