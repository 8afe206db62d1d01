package io.weir.training.simulator;

/**
 * MT19937 (Matsumoto and Nishimura, 1998), the generator below both numpy's legacy random state and Python's
 * {@code random}; the two differ in how they seed it and in what they make of its 32-bit words.
 *
 * <p>The JDK's own generators are of no use here: the benchmark is defined by these exact words.
 */
final class MersenneTwister {
    private static final int SIZE = 624;
    private static final int SHIFT = 397;
    private static final int TWIST = 0x9908_b0df;
    private static final int UPPER_BIT = 0x8000_0000;
    private static final int LOWER_BITS = 0x7fff_ffff;

    private final int[] state = new int[SIZE];
    private int next;

    private MersenneTwister(int seed) {
        state[0] = seed;
        for (int i = 1; i < SIZE; i++) {
            state[i] = 1_812_433_253 * mixed(i - 1) + i;
        }
        next = SIZE;
    }

    /** Seeded with one word ({@code init_genrand}), as numpy does for an integer seed. */
    static MersenneTwister seededBy(int seed) {
        return new MersenneTwister(seed);
    }

    /** Seeded with a non-empty key ({@code init_by_array}), as Python does with the 32-bit words of an integer seed. */
    static MersenneTwister seededByArray(int... key) {
        MersenneTwister twister = new MersenneTwister(19_650_218);
        twister.mixIn(key);
        return twister;
    }

    private void mixIn(int[] key) {
        int i = 1;
        int k = 0;
        for (int step = Math.max(SIZE, key.length); step > 0; step--) {
            state[i] = (state[i] ^ (mixed(i - 1) * 1_664_525)) + key[k] + k;
            i = followingIndex(i);
            k = k + 1 == key.length ? 0 : k + 1;
        }
        for (int step = SIZE - 1; step > 0; step--) {
            state[i] = (state[i] ^ (mixed(i - 1) * 1_566_083_941)) - i;
            i = followingIndex(i);
        }
        state[0] = UPPER_BIT;
    }

    private int mixed(int index) {
        return state[index] ^ (state[index] >>> 30);
    }

    /** The first word is never mixed: it only carries the last one round to the front. */
    private int followingIndex(int index) {
        if (index + 1 < SIZE) {
            return index + 1;
        }
        state[0] = state[SIZE - 1];
        return 1;
    }

    /** The next 32 random bits; to be read as unsigned. */
    int nextWord() {
        if (next == SIZE) {
            twist();
        }
        int word = state[next++];
        word ^= word >>> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        return word ^ (word >>> 18);
    }

    /** Uniform on [0, 1) with 53 random bits, made of two words. */
    double nextDouble() {
        int high = nextWord() >>> 5;
        int low = nextWord() >>> 6;
        return (((long) high << 26) + low) * 0x1p-53;
    }

    private void twist() {
        for (int i = 0; i < SIZE; i++) {
            int joined = (state[i] & UPPER_BIT) | (state[(i + 1) % SIZE] & LOWER_BITS);
            state[i] = state[(i + SHIFT) % SIZE] ^ (joined >>> 1) ^ (-(joined & 1) & TWIST);
        }
        next = 0;
    }
}
