package io.weir.server.audit;

/** What was asked for cannot be done; the message says why, for people. */
public final class AuditException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AuditException(String message) {
        super(message);
    }
}
