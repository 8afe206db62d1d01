package io.weir.server.log;

/** The log cannot be read: brokers that do not answer, topics that are not there. */
public final class LogHistoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LogHistoryException(String message) {
        super(message);
    }

    public LogHistoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
