package io.weir.core.model;

/**
 * The features split on from a root down to a node, each once, and for every number of them that are known the weight of the
 * orders in which exactly so many are. One copy for each level of the tree, so that a step back up costs nothing.
 */
final class ShapleyPath {
    private final Level[] levels;

    /** A path for trees of a depth. */
    ShapleyPath(int depth) {
        levels = new Level[depth + 1];
        for (int level = 0; level <= depth; level++) {
            levels[level] = new Level(level + 1);
        }
    }

    /**
     * Begins a path at a root, or goes on from the node above.
     *
     * @param level of the node in its tree, 0 for the root
     * @param without an element of the path above to leave out, or 0
     * @param zero share of rows that flow here from above when the feature split on there is unknown
     * @param one 1 if the row flows here when it is known, else 0
     * @param feature that one
     */
    Level enter(int level, int without, double zero, double one, int feature) {
        Level entered = levels[level];
        entered.length = 0;
        if (level > 0) {
            entered.copy(levels[level - 1]);
            if (without > 0) {
                entered.remove(without);
            }
        }
        entered.extend(zero, one, feature);
        return entered;
    }

    /** The path to a node. Element 0 stands for the root, which no feature leads to. */
    static final class Level {
        private final int[] features;
        private final double[] zeros;
        private final double[] ones;
        /** By number of known features. */
        private final double[] weights;

        private int length;

        private Level(int capacity) {
            features = new int[capacity];
            zeros = new double[capacity];
            ones = new double[capacity];
            weights = new double[capacity];
        }

        /** How many elements there are, the root's included. */
        int length() {
            return length;
        }

        int feature(int element) {
            return features[element];
        }

        /** The share of rows that flow on when an element's feature is unknown. */
        double zero(int element) {
            return zeros[element];
        }

        /** 1 if the row flows on when an element's feature is known, else 0. */
        double one(int element) {
            return ones[element];
        }

        /** Which element is of a feature; 0 if none is. */
        int find(int feature) {
            for (int element = 1; element < length; element++) {
                if (features[element] == feature) {
                    return element;
                }
            }
            return 0;
        }

        /** The sum of the weights of the path without an element. */
        double weightWithout(int element) {
            double total = 0;
            double next = weights[length - 1];
            for (int known = length - 2; known >= 0; known--) {
                double weight = weightWithout(element, known, next);
                next = weights[known] - weight * zeros[element] * (length - 1 - known) / length;
                total += weight;
            }
            return total;
        }

        private void copy(Level from) {
            length = from.length;
            System.arraycopy(from.features, 0, features, 0, length);
            System.arraycopy(from.zeros, 0, zeros, 0, length);
            System.arraycopy(from.ones, 0, ones, 0, length);
            System.arraycopy(from.weights, 0, weights, 0, length);
        }

        private void extend(double zero, double one, int feature) {
            features[length] = feature;
            zeros[length] = zero;
            ones[length] = one;
            weights[length] = length == 0 ? 1 : 0;
            length++;
            for (int known = length - 2; known >= 0; known--) {
                weights[known + 1] += one * weights[known] * (known + 1) / length;
                weights[known] = zero * weights[known] * (length - 1 - known) / length;
            }
        }

        /** The opposite of {@link #extend} for any element: an order does not matter. */
        private void remove(int element) {
            double next = weights[length - 1];
            for (int known = length - 2; known >= 0; known--) {
                double before = weights[known];
                weights[known] = weightWithout(element, known, next);
                next = before - weights[known] * zeros[element] * (length - 1 - known) / length;
            }
            length--;
            System.arraycopy(features, element + 1, features, element, length - element);
            System.arraycopy(zeros, element + 1, zeros, element, length - element);
            System.arraycopy(ones, element + 1, ones, element, length - element);
        }

        /**
         * One weight of the path without an element.
         *
         * @param next what is left of the weight of one known feature more
         */
        private double weightWithout(int element, int known, double next) {
            return ones[element] == 0
                    ? weights[known] * length / (zeros[element] * (length - 1 - known))
                    : next * length / ((known + 1) * ones[element]);
        }
    }
}
