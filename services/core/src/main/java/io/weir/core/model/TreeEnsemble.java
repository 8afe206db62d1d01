package io.weir.core.model;

import java.util.Arrays;

/**
 * A sum of decision trees over single-precision features, in flat arrays. Immutable and thread-safe.
 *
 * <p>The margin is computed as XGBoost computes it, so that it is the same bit for bit: comparisons and sums in single
 * precision, {@code feature < split} goes left, a missing feature (NaN) goes where the node says, and the leaves are added
 * to the base margin in the order of the trees.
 */
public final class TreeEnsemble {
    /** A node takes so many ints: feature and default direction, split or leaf value, left child. Its right child follows the left. */
    private static final int STRIDE = 3;

    private static final int SPLIT = 1;
    private static final int LEFT = 2;
    private static final int LEAF = -1;

    private final int features;
    private final float baseMargin;
    private final int depth;
    /** All nodes of all trees. An index of a node is that of its first int. */
    private final int[] nodes;

    private final int[] roots;
    /** By node, the sum of the training rows' weights that reached it. */
    private final float[] covers;
    /** By node, the mean of the leaves below it, weighted by their cover: what is expected where nothing more is known. */
    private final double[] means;
    /** The margin expected where no feature is known. */
    private final double meanMargin;

    private TreeEnsemble(int features, float baseMargin, int[] nodes, int[] roots, float[] covers) {
        this.features = features;
        this.baseMargin = baseMargin;
        this.nodes = nodes;
        this.roots = roots;
        this.covers = covers;
        means = new double[covers.length];
        int deepest = 0;
        double mean = baseMargin;
        for (int root : roots) {
            deepest = Math.max(deepest, fillMeans(root));
            mean += means[root / STRIDE];
        }
        depth = deepest;
        meanMargin = mean;
    }

    /**
     * A builder.
     *
     * @param features how many features a row has
     * @param baseMargin the margin before any tree
     */
    public static Builder builder(int features, float baseMargin) {
        return new Builder(features, baseMargin);
    }

    /** How many features a row has. */
    public int features() {
        return features;
    }

    /** How many trees there are. */
    public int trees() {
        return roots.length;
    }

    /** The longest path from a root to a leaf, in edges. */
    public int depth() {
        return depth;
    }

    /**
     * The margin of a row: the base margin and the leaves that it falls into. Allocates nothing.
     *
     * @param row {@link #features} values, NaN where one is missing
     */
    public float margin(float[] row) {
        float margin = baseMargin;
        for (int root : roots) {
            margin += Float.intBitsToFloat(nodes[leaf(root, row) + SPLIT]);
        }
        return margin;
    }

    /** The probability that a margin stands for, 0 to 1: the logistic function. */
    public static double probability(float margin) {
        return 1 / (1 + StrictMath.exp(-margin));
    }

    /**
     * What each feature contributed to a row's margin, by the path through each tree: at every split, by how much the mean
     * below changes. Quick, not fair between features that share a path: {@link #shapley} is. Allocates nothing.
     *
     * @param into {@link #features} sums and, at the end, the mean margin; together they make the margin, but for rounding
     * @return the margin, as {@link #margin} gives it: the same walk leads to the leaves
     */
    public float contributions(float[] row, double[] into) {
        begin(into);
        float margin = baseMargin;
        for (int root : roots) {
            int node = root;
            while (nodes[node] != LEAF) {
                int next = next(node, row);
                into[nodes[node] >>> 1] += means[next / STRIDE] - means[node / STRIDE];
                node = next;
            }
            margin += Float.intBitsToFloat(nodes[node + SPLIT]);
        }
        return margin;
    }

    /**
     * What each feature contributed to a row's margin, as Shapley values: its change of the mean, averaged over all orders in
     * which features become known. Exact, in polynomial time (Lundberg and others, 2018: Consistent Individualized Feature
     * Attribution for Tree Ensembles, algorithm 2, path-dependent).
     *
     * @param into as in {@link #contributions}
     */
    public void shapley(float[] row, double[] into) {
        begin(into);
        ShapleyPath path = new ShapleyPath(depth);
        for (int root : roots) {
            descend(root, row, into, path, 0, 0, 1, 1, -1);
        }
    }

    private void begin(double[] into) {
        if (into.length != features + 1) {
            throw new IllegalArgumentException(
                    "contributions of " + features + " features and their mean need an array of " + (features + 1));
        }
        Arrays.fill(into, 0);
        into[features] = meanMargin;
    }

    /**
     * Goes on below a node. What it is called with is what {@link ShapleyPath#enter} is.
     *
     * @param level of the node
     */
    private void descend(
            int node,
            float[] row,
            double[] into,
            ShapleyPath paths,
            int level,
            int without,
            double zero,
            double one,
            int feature) {
        ShapleyPath.Level path = paths.enter(level, without, zero, one, feature);
        if (nodes[node] == LEAF) {
            float value = Float.intBitsToFloat(nodes[node + SPLIT]);
            for (int element = 1; element < path.length(); element++) {
                double difference = path.one(element) - path.zero(element);
                into[path.feature(element)] += path.weightWithout(element) * difference * value;
            }
            return;
        }
        int split = nodes[node] >>> 1;
        int known = path.find(split); // split on above as well: both splits count as one
        double zeroAbove = known == 0 ? 1 : path.zero(known);
        double oneAbove = known == 0 ? 1 : path.one(known);
        int left = nodes[node + LEFT];
        int right = left + STRIDE;
        boolean goesLeft = next(node, row) == left;
        double cover = (double) covers[left / STRIDE] + covers[right / STRIDE];
        descend(
                left,
                row,
                into,
                paths,
                level + 1,
                known,
                zeroAbove * covers[left / STRIDE] / cover,
                goesLeft ? oneAbove : 0,
                split);
        descend(
                right,
                row,
                into,
                paths,
                level + 1,
                known,
                zeroAbove * covers[right / STRIDE] / cover,
                goesLeft ? 0 : oneAbove,
                split);
    }

    private int leaf(int root, float[] row) {
        int node = root;
        while (nodes[node] != LEAF) {
            node = next(node, row);
        }
        return node;
    }

    private int next(int node, float[] row) {
        int featureAndDefault = nodes[node];
        float value = row[featureAndDefault >>> 1];
        boolean left = value < Float.intBitsToFloat(nodes[node + SPLIT])
                || (Float.isNaN(value) && (featureAndDefault & 1) != 0);
        return left ? nodes[node + LEFT] : nodes[node + LEFT] + STRIDE;
    }

    /** Returns the depth below. */
    private int fillMeans(int node) {
        if (nodes[node] == LEAF) {
            means[node / STRIDE] = Float.intBitsToFloat(nodes[node + SPLIT]);
            return 0;
        }
        int left = nodes[node + LEFT];
        int right = left + STRIDE;
        int below = Math.max(fillMeans(left), fillMeans(right));
        double ofLeft = covers[left / STRIDE];
        double ofRight = covers[right / STRIDE];
        means[node / STRIDE] = (ofLeft * means[left / STRIDE] + ofRight * means[right / STRIDE]) / (ofLeft + ofRight);
        return below + 1;
    }

    /** Takes trees in, node by node. Not thread-safe. */
    public static final class Builder {
        /** The most nodes that all trees may have together. */
        public static final int MAX_NODES = 10_000_000;

        /** The longest path from a root to a leaf. */
        public static final int MAX_DEPTH = 64;

        private final int features;
        private final float baseMargin;
        private int[] nodes = new int[STRIDE * 64];
        private float[] covers = new float[64];
        private int count;
        private int[] roots = new int[16];
        private int trees;

        private Builder(int features, float baseMargin) {
            if (features < 1) {
                throw new IllegalArgumentException("a model has at least one feature, not " + features);
            }
            if (!Float.isFinite(baseMargin)) {
                throw new IllegalArgumentException("the base margin is " + baseMargin);
            }
            this.features = features;
            this.baseMargin = baseMargin;
        }

        /**
         * Adds a tree of {@code left.length} nodes, the first of which is the root.
         *
         * @param left by node, the index of its left child; -1 for a leaf
         * @param right by node, the index of its right child; any for a leaf
         * @param feature by node, the feature that it splits on, 0 or more
         * @param value by node, the split, or the leaf's value
         * @param missingLeft by node, whether a missing feature goes left
         * @param cover by node, the sum of the training rows' weights that reached it, above 0
         * @throws IllegalArgumentException if these are no tree over the features; the message names the node
         */
        public Builder tree(
                int[] left, int[] right, int[] feature, float[] value, boolean[] missingLeft, float[] cover) {
            int size = left.length;
            if (size == 0
                    || size != right.length
                    || size != feature.length
                    || size != value.length
                    || size != missingLeft.length
                    || size != cover.length) {
                throw new IllegalArgumentException("tree " + trees + ": its arrays have different lengths, or none");
            }
            Tree tree = new Tree(left, right, feature, value, missingLeft, cover, new boolean[size]);
            if (trees == roots.length) {
                roots = Arrays.copyOf(roots, 2 * trees);
            }
            int root = allocate(1);
            roots[trees] = root;
            place(tree, 0, root, 0);
            trees++;
            return this;
        }

        /** The trees so far. */
        public TreeEnsemble build() {
            return new TreeEnsemble(
                    features,
                    baseMargin,
                    Arrays.copyOf(nodes, count * STRIDE),
                    Arrays.copyOf(roots, trees),
                    Arrays.copyOf(covers, count));
        }

        @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
        private record Tree(
                int[] left,
                int[] right,
                int[] feature,
                float[] value,
                boolean[] missingLeft,
                float[] cover,
                boolean[] placed) {}

        private void place(Tree tree, int from, int at, int above) {
            String name = "tree " + trees + ", node " + from + ": ";
            if (from < 0 || from >= tree.left.length || tree.placed[from] || above > MAX_DEPTH) {
                throw new IllegalArgumentException(
                        name + "there is none, or it is reached twice, or it is deeper than " + MAX_DEPTH);
            }
            tree.placed[from] = true;
            if (!Float.isFinite(tree.value[from])) {
                throw new IllegalArgumentException(name + "its value is " + tree.value[from]);
            }
            if (!(tree.cover[from] > 0) || !Float.isFinite(tree.cover[from])) {
                throw new IllegalArgumentException(name + "its cover is " + tree.cover[from] + ", not above 0");
            }
            covers[at / STRIDE] = tree.cover[from];
            nodes[at + SPLIT] = Float.floatToRawIntBits(tree.value[from]);
            if (tree.left[from] < 0) {
                nodes[at] = LEAF;
                return;
            }
            if (tree.feature[from] < 0 || tree.feature[from] >= features) {
                throw new IllegalArgumentException(
                        name + "it splits on feature " + tree.feature[from] + " of " + features);
            }
            nodes[at] = tree.feature[from] << 1 | (tree.missingLeft[from] ? 1 : 0);
            int children = allocate(2);
            nodes[at + LEFT] = children;
            place(tree, tree.left[from], children, above + 1);
            place(tree, tree.right[from], children + STRIDE, above + 1);
        }

        private int allocate(int more) {
            if (count > MAX_NODES - more) {
                throw new IllegalArgumentException("the trees have more than " + MAX_NODES + " nodes");
            }
            while (count + more > covers.length) {
                covers = Arrays.copyOf(covers, 2 * covers.length);
                nodes = Arrays.copyOf(nodes, STRIDE * covers.length);
            }
            int first = count * STRIDE;
            count += more;
            return first;
        }
    }
}
