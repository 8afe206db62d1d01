package io.weir.server.health;

/** How bad something is. */
public enum Level {
    OK(0),
    /** Somebody should look at it today. */
    WARNING(1),
    /** Somebody should look at it now. */
    CRITICAL(2);

    private final int severity;

    Level(int severity) {
        this.severity = severity;
    }

    /** The worse of the two. */
    public Level or(Level other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** 0, 1 or 2, as monitoring plug-ins have it as their exit status. */
    public int severity() {
        return severity;
    }
}
