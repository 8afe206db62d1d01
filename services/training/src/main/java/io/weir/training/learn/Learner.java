package io.weir.training.learn;

import io.weir.training.replay.FeatureTable;

/** Something that learns from rows of a table. */
@FunctionalInterface
public interface Learner {

    /**
     * Learns to tell the frauds among some rows; the same rows give the same model.
     *
     * @param rows at least one fraud and one that is none
     */
    Model train(FeatureTable table, int[] rows);

    /** What was learnt. */
    @FunctionalInterface
    interface Model {

        /** A score for each of the rows, in their order: the higher, the likelier fraud. */
        double[] score(FeatureTable table, int[] rows);
    }
}
