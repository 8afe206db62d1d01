package io.weir.core.model;

/** Room that rows are evaluated in, one after another, so that none of them allocates. Of one ensemble; not thread-safe. */
public final class Scratch {
    /** See {@link FeatureKeys}. */
    final int[] keys;

    final ShapleyPath path;

    /** Room for rows of an ensemble. */
    public Scratch(TreeEnsemble trees) {
        keys = new int[2 * trees.features()];
        path = new ShapleyPath(trees.depth());
    }
}
