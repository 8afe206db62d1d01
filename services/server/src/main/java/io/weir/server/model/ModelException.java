package io.weir.server.model;

/** A model cannot be used. The message names the field and what to do. */
public final class ModelException extends Exception {
    private static final long serialVersionUID = 1L;

    ModelException(String message) {
        super(message);
    }
}
