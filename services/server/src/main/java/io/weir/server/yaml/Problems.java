package io.weir.server.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the errors of one document. */
public final class Problems {
    private static final int MAXIMUM = 100; // nobody corrects more at a time; a hostile document could have a million

    private final SourceText source;
    private final List<DocumentError> errors = new ArrayList<>();

    public Problems(SourceText source) {
        this.source = source;
    }

    public SourceText source() {
        return source;
    }

    /** Notes an error at the code point {@code index} of the document. */
    public void add(int index, String path, String problem, String remedy) {
        if (errors.size() < MAXIMUM) {
            SourceText.Position position = source.position(index);
            errors.add(new DocumentError(position.line(), position.column(), path, problem, remedy));
        }
    }

    public void throwIfAny() throws DocumentException {
        if (!errors.isEmpty()) {
            throw exception();
        }
    }

    /** Notes an error after which reading on makes no sense. */
    public DocumentException fatal(int index, String path, String problem, String remedy) {
        add(index, path, problem, remedy);
        return exception();
    }

    private DocumentException exception() {
        errors.sort(Comparator.comparingInt(DocumentError::line).thenComparingInt(DocumentError::column));
        return new DocumentException(errors);
    }
}
