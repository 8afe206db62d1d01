package io.weir.server.http;

import org.jspecify.annotations.Nullable;

/** One thing that must hold before this instance takes traffic, or is good to know. Answers at once, on any thread. */
public interface Readiness {

    /** What it is about, for example {@code scorer}. */
    String name();

    /** Why it does not hold now, or null if it holds. */
    @Nullable
    String notReadyBecause();

    /** The same, for information: the instance takes traffic without it. */
    default Readiness forInformation() {
        Readiness told = this;
        return new Readiness() {
            @Override
            public String name() {
                return told.name();
            }

            @Override
            public @Nullable String notReadyBecause() {
                return told.notReadyBecause();
            }

            @Override
            public boolean holdsTrafficBack() {
                return false;
            }
        };
    }

    /** Whether the instance takes no traffic as long as it does not hold. */
    default boolean holdsTrafficBack() {
        return true;
    }
}
