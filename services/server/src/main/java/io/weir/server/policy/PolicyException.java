package io.weir.server.policy;

import java.util.List;
import java.util.stream.Collectors;

/** A policy document cannot be used. Names every error found, in the order of the document. */
public final class PolicyException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<PolicyError> errors;

    PolicyException(List<PolicyError> errors) {
        super(errors.stream().map(PolicyError::toString).collect(Collectors.joining("\n")));
        this.errors = List.copyOf(errors);
    }

    /** The errors, at least one, by line and column. */
    public List<PolicyError> errors() {
        return errors;
    }
}
