package io.weir.server.score;

import io.weir.server.log.EngineLogException;

/** The state at the group's positions can be restored neither from snapshots nor from the log; the message says what to do. */
final class StateLostException extends EngineLogException {
    private static final long serialVersionUID = 1L;

    StateLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
