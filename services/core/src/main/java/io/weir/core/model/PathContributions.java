package io.weir.core.model;

import java.util.Arrays;

/**
 * What the path from the root to each leaf contributes by feature, summed up beforehand: a decision adds a few numbers a tree,
 * whatever the depth. Lists are filled up to a multiple of four with what adds nothing: those of most trees are then of one
 * length, so that the processor guesses right where they end.
 */
final class PathContributions {
    private static final int FILLED_UP = 4;

    /** By node, where its list begins; only of leaves. */
    private final int[] from;
    /** By node, how long it is. */
    private final byte[] lengths;
    /** Lists of features. */
    private final int[] features;
    /** As the features, by how much the mean changed at their splits on the path. */
    private final double[] changes;

    private PathContributions(int[] from, byte[] lengths, int[] features, double[] changes) {
        this.from = from;
        this.lengths = lengths;
        this.features = features;
        this.changes = changes;
    }

    /** Adds what the path to a leaf contributes. */
    void add(int leaf, double[] into) {
        int end = from[leaf] + lengths[leaf];
        for (int i = from[leaf]; i < end; i++) {
            into[features[i]] += changes[i];
        }
    }

    /** Takes paths in, depth first. */
    static final class Builder {
        private final int[] from;
        private final byte[] lengths;
        private int[] features = new int[64];
        private double[] changes = new double[64];
        private int size;

        /** The path that is being walked. */
        private final int[] pathFeatures = new int[TreeEnsemble.Builder.MAX_DEPTH + 1];

        private final double[] pathChanges = new double[pathFeatures.length];
        private int length;
        private final double[] sums;

        Builder(int nodes, int features) {
            from = new int[nodes];
            lengths = new byte[nodes];
            sums = new double[features];
        }

        void enter(int feature, double change) {
            pathFeatures[length] = feature;
            pathChanges[length] = change;
            length++;
        }

        void leave() {
            length--;
        }

        void endAt(int leaf) {
            from[leaf] = size;
            for (int i = 0; i < length; i++) {
                sums[pathFeatures[i]] = 0;
            }
            for (int i = 0; i < length; i++) {
                sums[pathFeatures[i]] += pathChanges[i];
            }
            for (int i = 0; i < length; i++) {
                if (isFirst(i)) {
                    append(pathFeatures[i], sums[pathFeatures[i]]);
                }
            }
            while (size % FILLED_UP != 0) {
                append(sums.length, 0); // the place of the mean
            }
            lengths[leaf] = (byte) (size - from[leaf]);
        }

        private boolean isFirst(int i) {
            for (int before = 0; before < i; before++) {
                if (pathFeatures[before] == pathFeatures[i]) {
                    return false;
                }
            }
            return true;
        }

        private void append(int feature, double change) {
            if (size == features.length) {
                features = Arrays.copyOf(features, 2 * size);
                changes = Arrays.copyOf(changes, 2 * size);
            }
            features[size] = feature;
            changes[size] = change;
            size++;
        }

        PathContributions build() {
            return new PathContributions(from, lengths, Arrays.copyOf(features, size), Arrays.copyOf(changes, size));
        }
    }
}
