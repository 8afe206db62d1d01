package io.weir.server.log;

import org.jspecify.annotations.Nullable;

/**
 * The log ended what an engine was doing: its state may be ahead of what is committed. The engine must be closed and
 * built anew.
 */
public class EngineLogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EngineLogException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public EngineLogException(String message) {
        super(message);
    }
}
