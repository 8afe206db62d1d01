package io.weir.server.policy;

import io.weir.server.yaml.DocumentError;
import io.weir.server.yaml.DocumentException;
import java.util.List;

/** A policy document cannot be used. Names every error found, in the order of the document. */
public final class PolicyException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<DocumentError> errors;

    PolicyException(DocumentException cause) {
        super(cause.getMessage(), cause);
        this.errors = cause.errors();
    }

    /** The errors, at least one, by line and column. */
    public List<DocumentError> errors() {
        return errors;
    }
}
