package io.weir.core.model;

/** Single-precision numbers as integers in the same order, so that which way a row goes at a split can be computed. */
final class FeatureKeys {
    private FeatureKeys() {}

    /**
     * Fills in of each feature the key; then of each the same once more, but where it is missing that which goes left.
     *
     * @param row values, NaN where one is missing
     * @param features how many of them are features
     * @param keys two for each
     */
    static void fill(float[] row, int features, int[] keys) {
        for (int feature = 0; feature < features; feature++) {
            float value = row[feature];
            boolean missing = Float.isNaN(value);
            int key = key(value);
            keys[feature] = missing ? Integer.MAX_VALUE : key;
            keys[features + feature] = missing ? Integer.MIN_VALUE : key;
        }
    }

    /** An integer that is less than another's if and only if the number is; the extremes are no number's. */
    static int key(float value) {
        int bits = Float.floatToRawIntBits(value + 0.0f); // the zeroes are equal
        return bits ^ (bits >> 31 & Integer.MAX_VALUE);
    }
}
