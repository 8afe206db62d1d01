package io.weir.server.gateway;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The values that {@link FlatJson} read, by index; required ones are there. */
@SuppressWarnings("ArrayRecordComponent") // read once, compared never
record Fields(@Nullable Object[] values) {

    String string(int index) {
        return (String) Objects.requireNonNull(values[index]);
    }

    long integer(int index) {
        return (Long) Objects.requireNonNull(values[index]);
    }

    boolean truth(int index) {
        return (Boolean) Objects.requireNonNull(values[index]);
    }

    @Nullable
    String optional(int index) {
        return (String) values[index];
    }
}
