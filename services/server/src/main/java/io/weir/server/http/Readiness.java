package io.weir.server.http;

import org.jspecify.annotations.Nullable;

/** One thing that must hold before this instance takes traffic. Answers at once, on any thread. */
public interface Readiness {

    /** What it is about, for example {@code scorer}. */
    String name();

    /** Why it does not hold now, or null if it holds. */
    @Nullable
    String notReadyBecause();
}
