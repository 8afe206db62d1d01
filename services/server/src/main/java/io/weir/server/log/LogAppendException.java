package io.weir.server.log;

/** Records could not be appended, or it is not known whether they were; the message says which. */
public final class LogAppendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LogAppendException(String message, Throwable cause) {
        super(message, cause);
    }
}
