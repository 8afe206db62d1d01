package io.weir.events;

/** A record's value is not the event that it claims to be. Deterministic: the same bytes fail in the same way. */
public final class MalformedValueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedValueException(String field, String problem) {
        super(field + " " + problem);
    }

    MalformedValueException(String field, String problem, Throwable cause) {
        super(field + " " + problem, cause);
    }
}
