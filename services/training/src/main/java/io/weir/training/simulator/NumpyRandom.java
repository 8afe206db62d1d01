package io.weir.training.simulator;

import java.util.Arrays;

/**
 * The distributions of numpy's legacy random state ({@code numpy.random.seed}, {@code RandomState}), whose streams numpy
 * has frozen: the same seed gives the same values in every release.
 *
 * <p>{@link StrictMath} rather than {@link Math}, so that every machine gives the same values.
 */
final class NumpyRandom {
    private final MersenneTwister twister;
    private double cachedGaussian = Double.NaN;

    /** @param seed read as an unsigned 32-bit number */
    NumpyRandom(int seed) {
        twister = MersenneTwister.seededBy(seed);
    }

    /** Uniform on [low, high). */
    double uniform(double low, double high) {
        return low + (high - low) * twister.nextDouble();
    }

    /** Normal, by Marsaglia's polar method: each accepted point gives two values, the second of which is kept for the next call. */
    double normal(double mean, double standardDeviation) {
        return mean + standardDeviation * gaussian();
    }

    private double gaussian() {
        if (!Double.isNaN(cachedGaussian)) {
            double cached = cachedGaussian;
            cachedGaussian = Double.NaN;
            return cached;
        }
        double x1;
        double x2;
        double squaredRadius;
        do {
            x1 = 2.0 * twister.nextDouble() - 1.0;
            x2 = 2.0 * twister.nextDouble() - 1.0;
            squaredRadius = x1 * x1 + x2 * x2;
        } while (squaredRadius >= 1.0 || squaredRadius == 0.0);
        double factor = Math.sqrt(-2.0 * StrictMath.log(squaredRadius) / squaredRadius);
        cachedGaussian = factor * x1;
        return factor * x2;
    }

    /**
     * Poisson, by Knuth's product of uniforms. Rate 0 gives 0 without a draw.
     *
     * @param rate in [0, 10); numpy uses another method from 10 on
     */
    int poisson(double rate) {
        if (!(rate >= 0.0 && rate < 10.0)) {
            throw new IllegalArgumentException("Poisson rate must be in [0, 10), was " + rate);
        }
        if (rate == 0.0) {
            return 0;
        }
        double limit = StrictMath.exp(-rate);
        int count = 0;
        double product = twister.nextDouble();
        while (product > limit) {
            count++;
            product *= twister.nextDouble();
        }
        return count;
    }

    /**
     * {@code count} different numbers of 0..size−1: the head of a whole shuffle, as numpy's {@code choice} without
     * replacement, and so pandas' {@code Series.sample}, has it.
     *
     * @throws IllegalArgumentException if count is not in 0..size
     */
    int[] sample(int size, int count) {
        if (count < 0 || count > size) {
            throw new IllegalArgumentException("cannot sample " + count + " of " + size);
        }
        int[] shuffled = new int[size];
        for (int i = 0; i < size; i++) {
            shuffled[i] = i;
        }
        for (int i = size - 1; i > 0; i--) {
            int j = upTo(i);
            int swapped = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = swapped;
        }
        return Arrays.copyOf(shuffled, count);
    }

    /** Uniform on 0..bound, {@code bound} included: words cut down to the bits of {@code bound} until one fits. */
    private int upTo(int bound) {
        int mask = -1 >>> Integer.numberOfLeadingZeros(bound);
        int value;
        do {
            value = twister.nextWord() & mask;
        } while (value > bound);
        return value;
    }
}
