package io.weir.training.simulator;

import java.util.BitSet;

/** The choices of Python's {@code random} module, seeded by a non-negative integer. */
final class PythonRandom {
    private final MersenneTwister twister;

    /** @param seed read as an unsigned 32-bit number */
    PythonRandom(int seed) {
        twister = MersenneTwister.seededByArray(seed);
    }

    /** {@code random.choice}: one element of a non-empty array. */
    int choice(int[] values) {
        return values[below(values.length)];
    }

    /**
     * {@code random.sample}: {@code count} different positions of 0..size−1, in the order drawn.
     *
     * @throws IllegalArgumentException if count is not in 0..size
     */
    int[] sample(int size, int count) {
        if (count < 0 || count > size) {
            throw new IllegalArgumentException("cannot sample " + count + " of " + size);
        }
        return size <= largestPool(count) ? sampleFromPool(size, count) : sampleByRejection(size, count);
    }

    /** Python copies the population unless a set of the chosen would be smaller; the two draw differently. */
    private static long largestPool(int count) {
        if (count <= 5) {
            return 21;
        }
        long powerOfFour = 1;
        while (powerOfFour < 3L * count) {
            powerOfFour *= 4;
        }
        return 21 + powerOfFour;
    }

    private int[] sampleFromPool(int size, int count) {
        int[] pool = new int[size];
        for (int i = 0; i < size; i++) {
            pool[i] = i;
        }
        int[] sample = new int[count];
        for (int i = 0; i < count; i++) {
            int remaining = size - i;
            int j = below(remaining);
            sample[i] = pool[j];
            pool[j] = pool[remaining - 1];
        }
        return sample;
    }

    private int[] sampleByRejection(int size, int count) {
        BitSet chosen = new BitSet(size);
        int[] sample = new int[count];
        for (int i = 0; i < count; i++) {
            int j = below(size);
            while (chosen.get(j)) {
                j = below(size);
            }
            chosen.set(j);
            sample[i] = j;
        }
        return sample;
    }

    /** Uniform on 0..bound−1, bound at least 1: as many leading bits as {@code bound} has, until they fit. */
    private int below(int bound) {
        int unusedBits = Integer.numberOfLeadingZeros(bound);
        int value = twister.nextWord() >>> unusedBits;
        while (value >= bound) {
            value = twister.nextWord() >>> unusedBits;
        }
        return value;
    }
}
