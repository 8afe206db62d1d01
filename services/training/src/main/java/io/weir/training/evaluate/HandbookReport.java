package io.weir.training.evaluate;

import java.util.List;

/**
 * What the benchmark showed.
 *
 * @param reproduced models of the book, on its 15 features
 * @param ours the model on the features of {@link Handbook#policy}
 * @param ablation ours without one of its features each; empty if that was left out
 * @param signals the frauds of the test folds by what could be known of them
 * @param ceiling what a model would reach that put every fraud with a signal first and could not tell the others; over the
 *     test folds
 * @param checks what had to come out
 */
public record HandbookReport(
        List<Result> reproduced,
        Result ours,
        List<Result> ablation,
        List<Signal> signals,
        Quality ceiling,
        List<Check> checks) {

    public HandbookReport {
        reproduced = List.copyOf(reproduced);
        ablation = List.copyOf(ablation);
        signals = List.copyOf(signals);
        checks = List.copyOf(checks);
    }

    /**
     * How one model did.
     *
     * @param name of the model; in an ablation, of the feature left out
     * @param features that it reads
     * @param baselineSplit null where not asked for
     * @param curve precision by {@link PrecisionRecall} level, mean of the test folds
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Result(
            String name, int features, Quality baselineSplit, Evaluation validation, Evaluation test, double[] curve) {}

    /**
     * A group of transactions of the test folds.
     *
     * @param name what was known before they were decided
     * @param frauds among them
     * @param found how many of these frauds are among as many of a fold's highest scores as it has frauds
     * @param genuine among them
     */
    public record Signal(String name, int frauds, int found, int genuine) {}

    /**
     * Something that had to come out.
     *
     * @param what it is
     * @param wanted the figures asked for
     * @param got the figures that came out
     */
    public record Check(String what, String wanted, String got, boolean met) {}

    /** Whether all came out. */
    public boolean met() {
        return checks.stream().allMatch(Check::met);
    }
}
