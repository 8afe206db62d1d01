package io.weir.server.yaml;

/**
 * Something in a document that keeps it from being used.
 *
 * @param line in the document, from 1
 * @param column in code points, from 1
 * @param path of the field, such as {@code rules[2].when}, counted from 0; empty for the document itself
 * @param problem what is wrong
 * @param remedy what to write instead
 */
public record DocumentError(int line, int column, String path, String problem, String remedy) {

    @Override
    public String toString() {
        String place = "line " + line + ", column " + column;
        return (path.isEmpty() ? place : place + ", " + path) + ": " + problem + ". " + remedy + ".";
    }
}
