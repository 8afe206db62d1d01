package io.weir.events;

import org.jspecify.annotations.Nullable;

/**
 * A 64-bit hash of a sequence of values, the same on every machine and in every version: it is written to the log. Not
 * cryptographic. Each value is mixed in with its length, so that moving a character between fields changes the hash.
 */
public final class Hash64 {
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    /** What a hash begins with. First digits of pi: nothing up the sleeve. */
    static final long SEED = 0x243F6A8885A308D3L;

    private long state = SEED;

    /** The hash of one string. */
    public static long of(String value) {
        return value(add(SEED, value));
    }

    public Hash64 add(long value) {
        state = add(state, value);
        return this;
    }

    public Hash64 add(@Nullable String value) {
        state = add(state, value);
        return this;
    }

    public long value() {
        return value(state);
    }

    // The same by functions: a chain of strings is too long for the compiler to do without its object.

    static long add(long state, long value) {
        return mix(state ^ value) + MULTIPLIER;
    }

    static long add(long state, @Nullable String value) {
        if (value == null) {
            return add(state, -1L);
        }
        int length = value.length();
        long hash = add(state, length);
        int i = 0;
        for (; i + 4 <= length; i += 4) {
            hash = add(
                    hash,
                    (long) value.charAt(i)
                            | (long) value.charAt(i + 1) << 16
                            | (long) value.charAt(i + 2) << 32
                            | (long) value.charAt(i + 3) << 48);
        }
        if (i < length) {
            long rest = 0;
            for (int shift = 0; i < length; i++, shift += 16) {
                rest |= (long) value.charAt(i) << shift;
            }
            hash = add(hash, rest);
        }
        return hash;
    }

    static long value(long state) {
        return mix(state);
    }

    /** Stafford's variant 13 of the 64-bit finalizer, as in SplitMix64. */
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
