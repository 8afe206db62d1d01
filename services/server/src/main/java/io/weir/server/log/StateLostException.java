package io.weir.server.log;

import org.jspecify.annotations.Nullable;

/** What an engine needs in order to go on is not on the log any more, or damaged; the message says what to do. */
public final class StateLostException extends EngineLogException {
    private static final long serialVersionUID = 1L;

    public StateLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
