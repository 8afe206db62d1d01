package io.weir.core.window;

/** Bytes that are no state of this format. */
public final class StateFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StateFormatException(String message) {
        super(message);
    }

    /** Throws unless what every state satisfies holds. */
    static void unless(boolean possible, String message) {
        if (!possible) {
            throw new StateFormatException(message);
        }
    }
}
