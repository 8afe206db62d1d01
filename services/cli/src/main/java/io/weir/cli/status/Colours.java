package io.weir.cli.status;

import io.weir.server.health.Level;

/** Colours for a terminal; none where the output goes elsewhere. */
record Colours(boolean terminal) {
    private static final String RESET = "\u001b[0m";

    String of(Level level, String text) {
        return switch (level) {
            case OK -> text;
            case WARNING -> paint("33", text);
            case CRITICAL -> paint("31;1", text);
        };
    }

    /** The same, where good news is news as well. */
    String verdict(Level level, String text) {
        return level == Level.OK ? paint("32", text) : of(level, text);
    }

    String dim(String text) {
        return paint("2", text);
    }

    String bold(String text) {
        return paint("1", text);
    }

    private String paint(String code, String text) {
        return terminal ? "\u001b[" + code + "m" + text + RESET : text;
    }
}
