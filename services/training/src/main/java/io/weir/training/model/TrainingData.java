package io.weir.training.model;

import io.weir.training.replay.FeatureTable;
import io.weir.training.replay.LogReplay;
import java.util.List;

/**
 * What a model is trained on.
 *
 * @param table features, as the core computed them
 * @param source where the transactions are from, in a sentence
 * @param stretches of the log they were read from; none if they are from elsewhere
 * @param transactions replayed, with those before the rows
 * @param labels folded; where the source knows the truth of every transaction, as many as transactions
 */
public record TrainingData(
        FeatureTable table, String source, List<LogReplay.Stretch> stretches, long transactions, long labels) {
    public TrainingData {
        stretches = List.copyOf(stretches);
    }
}
