package io.weir.local;

import java.io.Serial;

/** A child process could not be started, died, or was not ready in time. The message holds the end of its log. */
public final class ChildProcessException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    ChildProcessException(String message) {
        super(message);
    }

    ChildProcessException(String message, Throwable cause) {
        super(message, cause);
    }
}
