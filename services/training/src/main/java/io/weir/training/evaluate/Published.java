package io.weir.training.evaluate;

import java.util.List;

/**
 * A result that was published for the benchmark, with the digits that were published.
 *
 * @param model as its authors name it
 * @param where on the {@linkplain Handbook#BASELINE baseline split} or the {@linkplain Handbook#TEST_FOLDS test folds}
 */
record Published(String model, Where where, Quality quality) {
    static final Published LOGISTIC_REGRESSION =
            new Published("logistic regression, scaled", Where.BASELINE_SPLIT, new Quality(.871, .606, .291));
    static final Published XGBOOST = new Published(
            "XGBoost, best on test (100 trees, eta .1, depth 3)", Where.TEST_FOLDS, new Quality(.872, .694, .304));

    static final List<Published> ALL = List.of(
            LOGISTIC_REGRESSION,
            new Published("decision tree, depth 2", Where.BASELINE_SPLIT, new Quality(.763, .496, .241)),
            new Published("random forest", Where.BASELINE_SPLIT, new Quality(.867, .658, .287)),
            new Published("XGBoost, 100 trees, eta .3, depth 6", Where.BASELINE_SPLIT, new Quality(.862, .639, .273)),
            new Published("random forest, 100 trees, depth 20", Where.TEST_FOLDS, new Quality(.870, .678, .299)),
            new Published("XGBoost, chosen on validation", Where.TEST_FOLDS, new Quality(.869, .687, .303)),
            XGBOOST,
            new Published("balanced bagging", Where.TEST_FOLDS, new Quality(.879, .680, .305)),
            new Published("LSTM", Where.TEST_FOLDS, new Quality(.876, .665, .297)),
            new Published("perfect oracle", Where.TEST_FOLDS, new Quality(1, 1, .419)));

    /** What it was measured on. */
    enum Where {
        BASELINE_SPLIT("baseline split"),
        TEST_FOLDS("test folds");

        final String text;

        Where(String text) {
            this.text = text;
        }
    }
}
