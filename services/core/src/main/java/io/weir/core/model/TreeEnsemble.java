package io.weir.core.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A sum of decision trees over single-precision features, in flat arrays. Immutable and thread-safe.
 *
 * <p>The margin is computed as XGBoost computes it, so that it is the same bit for bit: comparisons and sums in single
 * precision, {@code feature < split} goes left, a missing feature (NaN) goes where the node says, and the leaves are added
 * to the base margin in the order of the trees. What is compared are {@link FeatureKeys keys}, integers in the order of the numbers: which
 * way a row goes is then computed, without a branch that nobody can predict.
 */
public final class TreeEnsemble {
    /**
     * A node takes so many ints: which key it compares, with which, left child, and how far from it the right one is. A leaf
     * has its value's bits in the second place and is its own child on both sides: a walk that goes on after the leaf stays
     * there, so that trees of different depth can be walked side by side without asking.
     */
    private static final int STRIDE = 4;

    private static final int SPLIT = 1;
    private static final int LEFT = 2;
    private static final int STEP = 3;
    /** So many trees are walked at a time: while one waits for memory, the others go on. */
    private static final int ABREAST = 4;

    private final int features;
    private final float baseMargin;
    private final int depth;
    /** All nodes of all trees. An index of a node is that of its first int. */
    private final int[] nodes;

    private final int[] roots;
    /** By group of trees that are walked together, the longest path. */
    private final int[] depths;
    /** By node, the sum of the training rows' weights that reached it. */
    private final float[] covers;
    /** By node, the mean of the leaves below it, weighted by their cover: what is expected where nothing more is known. */
    private final double[] means;
    /** The margin expected where no feature is known. */
    private final double meanMargin;
    /** What the path to each leaf contributes. */
    private final PathContributions paths;

    private TreeEnsemble(int features, float baseMargin, int[] nodes, int[] roots, float[] covers) {
        this.features = features;
        this.baseMargin = baseMargin;
        this.nodes = nodes;
        this.roots = roots;
        this.covers = covers;
        means = new double[covers.length];
        depths = new int[(roots.length + ABREAST - 1) / ABREAST];
        double mean = baseMargin;
        for (int tree = 0; tree < roots.length; tree++) {
            depths[tree / ABREAST] = Math.max(depths[tree / ABREAST], fillMeans(roots[tree]));
            mean += means[roots[tree] / STRIDE];
        }
        depth = Arrays.stream(depths).max().orElse(0);
        meanMargin = mean;
        PathContributions.Builder path = new PathContributions.Builder(covers.length, features);
        for (int root : roots) {
            addPaths(root, path);
        }
        paths = path.build();
    }

    private void addPaths(int node, PathContributions.Builder path) {
        if (isLeaf(node)) {
            path.endAt(node / STRIDE);
            return;
        }
        for (int side = 0; side < 2; side++) {
            int child = nodes[node + LEFT] + side * nodes[node + STEP];
            path.enter(feature(node), means[child / STRIDE] - means[node / STRIDE]);
            addPaths(child, path);
            path.leave();
        }
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
     * The margin of a row: the base margin and the leaves that it falls into.
     *
     * @param row {@link #features} values, NaN where one is missing
     */
    public float margin(float[] row) {
        return walk(row, null, new int[2 * features]);
    }

    /** The probability that a margin stands for, 0 to 1: the logistic function. */
    public static double probability(float margin) {
        return 1 / (1 + StrictMath.exp(-margin));
    }

    /**
     * What each feature contributed to a row's margin, by the path through each tree: at every split, by how much the mean
     * below changes. Quick, not fair between features that share a path: {@link #shapley} is.
     *
     * @param into {@link #features} sums and, at the end, the mean margin; together they make the margin, but for rounding
     * @return the margin, as {@link #margin} gives it: the same walk leads to the leaves
     */
    public float contributions(float[] row, double[] into) {
        begin(into);
        return walk(row, into, new int[2 * features]);
    }

    /** The same, in room that is there already. */
    public float contributions(float[] row, double[] into, Scratch scratch) {
        begin(into);
        return walk(row, into, scratch.keys);
    }

    private float walk(float[] row, double @Nullable [] into, int[] keys) {
        FeatureKeys.fill(row, features, keys);
        float margin = baseMargin;
        int tree = 0;
        for (; tree + ABREAST <= roots.length; tree += ABREAST) {
            int first = roots[tree];
            int second = roots[tree + 1];
            int third = roots[tree + 2];
            int fourth = roots[tree + 3];
            for (int level = depths[tree / ABREAST]; level > 0; level--) {
                first = next(first, keys);
                second = next(second, keys);
                third = next(third, keys);
                fourth = next(fourth, keys);
            }
            margin = add(first, margin, into);
            margin = add(second, margin, into);
            margin = add(third, margin, into);
            margin = add(fourth, margin, into);
        }
        for (; tree < roots.length; tree++) {
            int node = roots[tree];
            while (!isLeaf(node)) {
                node = next(node, keys);
            }
            margin = add(node, margin, into);
        }
        return margin;
    }

    private float add(int leaf, float margin, double @Nullable [] into) {
        if (into != null) {
            paths.add(leaf / STRIDE, into);
        }
        return margin + Float.intBitsToFloat(nodes[leaf + SPLIT]);
    }

    /**
     * What each feature contributed to a row's margin, as Shapley values: its change of the mean, averaged over all orders in
     * which features become known. Exact, in polynomial time (Lundberg and others, 2018: Consistent Individualized Feature
     * Attribution for Tree Ensembles, algorithm 2, path-dependent).
     *
     * @param into as in {@link #contributions}
     */
    public void shapley(float[] row, double[] into) {
        shapley(row, into, new Scratch(this));
    }

    /** The same, in room that is there already. */
    public void shapley(float[] row, double[] into, Scratch scratch) {
        begin(into);
        FeatureKeys.fill(row, features, scratch.keys);
        for (int root : roots) {
            descend(root, scratch.keys, into, scratch.path, 0, 0, 1, 1, -1);
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
            int[] keys,
            double[] into,
            ShapleyPath paths,
            int level,
            int without,
            double zero,
            double one,
            int feature) {
        ShapleyPath.Level path = paths.enter(level, without, zero, one, feature);
        if (isLeaf(node)) {
            float value = Float.intBitsToFloat(nodes[node + SPLIT]);
            for (int element = 1; element < path.length(); element++) {
                double difference = path.one(element) - path.zero(element);
                into[path.feature(element)] += path.weightWithout(element) * difference * value;
            }
            return;
        }
        int split = feature(node);
        int known = path.find(split); // split on above as well: both splits count as one
        double zeroAbove = known == 0 ? 1 : path.zero(known);
        double oneAbove = known == 0 ? 1 : path.one(known);
        int left = nodes[node + LEFT];
        int right = left + nodes[node + STEP];
        boolean goesLeft = next(node, keys) == left;
        double cover = (double) covers[left / STRIDE] + covers[right / STRIDE];
        descend(
                left,
                keys,
                into,
                paths,
                level + 1,
                known,
                zeroAbove * covers[left / STRIDE] / cover,
                goesLeft ? oneAbove : 0,
                split);
        descend(
                right,
                keys,
                into,
                paths,
                level + 1,
                known,
                zeroAbove * covers[right / STRIDE] / cover,
                goesLeft ? 0 : oneAbove,
                split);
    }

    private boolean isLeaf(int node) {
        return nodes[node + STEP] == 0;
    }

    private int feature(int node) {
        return nodes[node] % features;
    }

    private int next(int node, int[] keys) {
        int right = (int) (((long) nodes[node + SPLIT] - keys[nodes[node]] - 1) >> 63); // all bits, or none
        return nodes[node + LEFT] + (nodes[node + STEP] & right);
    }

    /** Returns the depth below. */
    private int fillMeans(int node) {
        if (isLeaf(node)) {
            means[node / STRIDE] = Float.intBitsToFloat(nodes[node + SPLIT]);
            return 0;
        }
        int left = nodes[node + LEFT];
        int right = left + nodes[node + STEP];
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
                nodes[at + LEFT] = at;
                return;
            }
            if (tree.feature[from] < 0 || tree.feature[from] >= features) {
                throw new IllegalArgumentException(
                        name + "it splits on feature " + tree.feature[from] + " of " + features);
            }
            nodes[at] = tree.feature[from] + (tree.missingLeft[from] ? features : 0);
            nodes[at + SPLIT] = FeatureKeys.key(tree.value[from]);
            int children = allocate(2);
            nodes[at + LEFT] = children;
            nodes[at + STEP] = STRIDE;
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
