package io.weir.server.yaml;

import java.util.List;
import java.util.stream.Collectors;

/** A document cannot be used. Names every error found, in the order of the document. */
public final class DocumentException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<DocumentError> errors;

    DocumentException(List<DocumentError> errors) {
        super(errors.stream().map(DocumentError::toString).collect(Collectors.joining("\n")));
        this.errors = List.copyOf(errors);
    }

    /** The errors, at least one, by line and column. */
    public List<DocumentError> errors() {
        return errors;
    }
}
