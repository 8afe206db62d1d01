package io.weir.server.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the errors of one document. */
final class Problems {
    private static final int MAXIMUM = 100; // nobody corrects more at a time; a hostile document could have a million

    private final SourceText source;
    private final List<PolicyError> errors = new ArrayList<>();

    Problems(SourceText source) {
        this.source = source;
    }

    SourceText source() {
        return source;
    }

    /** Notes an error at the code point {@code index} of the document. */
    void add(int index, String path, String problem, String remedy) {
        if (errors.size() < MAXIMUM) {
            SourceText.Position position = source.position(index);
            errors.add(new PolicyError(position.line(), position.column(), path, problem, remedy));
        }
    }

    void throwIfAny() throws PolicyException {
        if (!errors.isEmpty()) {
            throw exception();
        }
    }

    /** Notes an error after which reading on makes no sense. */
    PolicyException fatal(int index, String path, String problem, String remedy) {
        add(index, path, problem, remedy);
        return exception();
    }

    private PolicyException exception() {
        errors.sort(Comparator.comparingInt(PolicyError::line).thenComparingInt(PolicyError::column));
        return new PolicyException(errors);
    }
}
