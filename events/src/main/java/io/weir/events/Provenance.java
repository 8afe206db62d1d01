package io.weir.events;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * The ranges of the log that a batch folded, as a header of its first decision in each output partition: with the order
 * "control, then tail, then own, each by partition and offset" they say which events every decision was made from.
 *
 * <p>As text, for example {@code c0=2-2 t1=40-44 o0=17-19}: the control topic had been folded through offset 1 and nothing
 * new came; partition 1 is another engine's, its offsets 40 to 43 were folded; partition 0 is this engine's own, 17 and 18
 * were folded and decided. The end of each range is the position vector.
 *
 * @param ranges one for the control topic and for every partition of the transaction log
 */
public record Provenance(List<Range> ranges) {
    /** The header's name. */
    public static final String HEADER = "provenance";

    /** Whose a range is. The letter is what is written. */
    public enum Kind {
        CONTROL('c'),
        TAIL('t'),
        OWN('o');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    /**
     * A range of one partition.
     *
     * @param from first offset folded by this batch
     * @param to offset after the last
     */
    public record Range(Kind kind, int partition, long from, long to) {}

    public Provenance {
        ranges = List.copyOf(ranges);
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException when it is no provenance
     */
    public static Provenance parse(String text) {
        List<Range> ranges = new ArrayList<>();
        for (String part : text.split(" ", -1)) {
            int equals = part.indexOf('=');
            int dash = part.indexOf('-', equals);
            if (equals < 2 || dash < 0) {
                throw new IllegalArgumentException("not a provenance: " + text);
            }
            ranges.add(new Range(
                    kind(part.charAt(0), text),
                    Integer.parseInt(part.substring(1, equals)),
                    Long.parseLong(part.substring(equals + 1, dash)),
                    Long.parseLong(part.substring(dash + 1))));
        }
        return new Provenance(ranges);
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(" ");
        for (Range range : ranges) {
            text.add(range.kind.letter + String.valueOf(range.partition) + '=' + range.from + '-' + range.to);
        }
        return text.toString();
    }

    private static Kind kind(char letter, String text) {
        for (Kind kind : Kind.values()) {
            if (kind.letter == letter) {
                return kind;
            }
        }
        throw new IllegalArgumentException("not a provenance: " + text);
    }
}
