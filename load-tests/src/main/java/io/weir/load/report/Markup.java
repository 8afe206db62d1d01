package io.weir.load.report;

import java.util.ArrayDeque;
import java.util.Deque;

/** Writes HTML that is well-formed XML as well: every element is closed, all text and every attribute is escaped. */
final class Markup {
    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /**
     * Begins an element.
     *
     * @param attributes names and values in turn
     */
    Markup open(String tag, String... attributes) {
        begin(tag, attributes).out.append('>');
        open.push(tag);
        return this;
    }

    /** Ends the element begun last. */
    Markup close() {
        out.append("</").append(open.pop()).append(">");
        return this;
    }

    /** An element with text in it. */
    Markup element(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    /** An element without content: a drawing's, or one of those that HTML knows to be empty. */
    Markup empty(String tag, String... attributes) {
        begin(tag, attributes).out.append("/>");
        return this;
    }

    Markup text(String text) {
        for (int i = 0; i < text.length(); i++) {
            append(text.charAt(i));
        }
        return this;
    }

    /** Ends a line, so that people can read the source. */
    Markup line() {
        out.append('\n');
        return this;
    }

    /** All that was written. */
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("not closed: " + open);
        }
        return out.toString();
    }

    private Markup begin(String tag, String... attributes) {
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            text(attributes[i + 1]).out.append('"');
        }
        return this;
    }

    private void append(char character) {
        switch (character) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '"' -> out.append("&quot;");
            default -> {
                if (character >= ' ' || character == '\n' || character == '\t') {
                    out.append(character);
                } // XML has no other control characters
            }
        }
    }
}
