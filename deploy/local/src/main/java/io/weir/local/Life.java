package io.weir.local;

import java.util.List;

/** How long a child JVM is meant to live, which decides how it compiles, and whether its heap is touched at start. */
@SuppressWarnings("ImmutableEnumChecker") // the flags are made by List.of
public enum Life {
    /**
     * A minute: on few cores the optimising compiler would still be busy when it ends, and take them from the work. With it, a
     * demo's median latency at 1,000/s was three times higher.
     */
    SHORT(List.of("-XX:TieredStopAtLevel=1", "-XX:-AlwaysPreTouch")),
    LONG(List.of());

    private final List<String> jvmFlags;

    Life(List<String> jvmFlags) {
        this.jvmFlags = jvmFlags;
    }

    /** What tells the JVM. */
    public List<String> jvmFlags() {
        return jvmFlags;
    }
}
