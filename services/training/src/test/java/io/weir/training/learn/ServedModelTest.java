package io.weir.training.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.core.model.TreeEnsemble;
import io.weir.server.model.ModelException;
import io.weir.server.model.XgboostModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What serves computes what the library computes from the same file. */
class ServedModelTest {
    private static final int FEATURES = 7;
    private static final int TRAINING_ROWS = 2_000;
    private static final int ROWS = 60_000;
    private static final int EXPLAINED_ROWS = 300;
    private static final int APPROXIMATE_CONTRIBUTIONS = 4 | 8;
    private static final double TOLERANCE = 1e-5;
    private static final long SEED = 20_180_401;

    private static final Map<Case, byte[]> MODELS = new HashMap<>();

    /** What was trained, and how. */
    record Case(String objective, int depth, int trees, double baseScore, Map<String, Object> more) {
        Map<String, Object> parameters() {
            Map<String, Object> parameters = new HashMap<>(Map.of(
                    "objective",
                    objective,
                    "max_depth",
                    depth,
                    "base_score",
                    baseScore,
                    "tree_method",
                    "exact",
                    "eta",
                    0.2,
                    "nthread",
                    1,
                    "seed",
                    3,
                    "verbosity",
                    0));
            parameters.putAll(more);
            return parameters;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("binary:logistic", 1, 100, .5, Map.of()),
                new Case("binary:logistic", 3, 200, .5, Map.of("subsample", .7)),
                new Case("binary:logistic", 6, 50, .013, Map.of("colsample_bytree", .5)),
                new Case("reg:logistic", 10, 10, .9, Map.of("min_child_weight", 0)),
                new Case("binary:logitraw", 4, 50, .5, Map.of("tree_method", "hist")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void marginsAreTheLibrarysBitForBit(Case trained) throws XGBoostError, ModelException, IOException {
        byte[] json = json(trained);
        TreeEnsemble ours = XgboostModel.read(json).trees();
        float[] values = rows(new Random(SEED + 1), ROWS);
        plantSplits(json, values, new Random(SEED + 2));
        float[][] margins = withLibrary(json, values, ROWS, (booster, matrix) -> booster.predict(matrix, true));

        float[] row = new float[FEATURES];
        int missing = 0;
        for (int i = 0; i < ROWS; i++) {
            System.arraycopy(values, i * FEATURES, row, 0, FEATURES);
            missing += Float.isNaN(row[0]) || Float.isNaN(row[1]) || Float.isNaN(row[2]) ? 1 : 0;
            float margin = ours.margin(row);
            if (Float.floatToRawIntBits(margin) != Float.floatToRawIntBits(margins[i][0])) {
                fail("row %d of seed %d: %s, the library's is %s", i, SEED, margin, margins[i][0]);
            }
        }
        assertThat(missing).as("rows with missing values").isGreaterThan(ROWS / 10);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void contributionsAreTheLibrarys(Case trained) throws XGBoostError, ModelException, IOException {
        byte[] json = json(trained);
        TreeEnsemble ours = XgboostModel.read(json).trees();
        float[] values = rows(new Random(SEED + 1), EXPLAINED_ROWS);
        float[][] shapley =
                withLibrary(json, values, EXPLAINED_ROWS, (booster, matrix) -> booster.predictContrib(matrix, 0));
        float[][] byPath = withLibrary(json, values, EXPLAINED_ROWS, ServedModelTest::approximateContributions);

        float[] row = new float[FEATURES];
        double[] contributions = new double[FEATURES + 1];
        for (int i = 0; i < EXPLAINED_ROWS; i++) {
            System.arraycopy(values, i * FEATURES, row, 0, FEATURES);
            ours.shapley(row, contributions);
            assertNear(contributions, shapley[i], "Shapley values of row " + i);
            ours.contributions(row, contributions);
            assertNear(contributions, byPath[i], "path contributions of row " + i);
        }
    }

    private static void assertNear(double[] ours, float[] librarys, String of) {
        assertThat(librarys).hasSize(ours.length);
        for (int feature = 0; feature < ours.length; feature++) {
            if (!(Math.abs(ours[feature] - librarys[feature]) <= TOLERANCE)) {
                fail(
                        "%s, feature %d, seed %d: %s, the library's is %s",
                        of, feature, SEED, ours[feature], librarys[feature]);
            }
        }
    }

    private static byte[] json(Case trained) {
        return MODELS.computeIfAbsent(trained, ServedModelTest::train);
    }

    private static byte[] train(Case trained) {
        try {
            return trainWithLibrary(trained);
        } catch (XGBoostError e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] trainWithLibrary(Case trained) throws XGBoostError {
        Random random = new Random(SEED);
        float[] values = rows(random, TRAINING_ROWS);
        float[] labels = new float[TRAINING_ROWS];
        for (int i = 0; i < TRAINING_ROWS; i++) {
            float first = values[i * FEATURES];
            float second = values[i * FEATURES + 1];
            double signal = Float.isNaN(first) || Float.isNaN(second) ? 0.5 : first * second;
            labels[i] = signal + random.nextGaussian() > 0.7 ? 1 : 0;
        }
        DMatrix matrix = new DMatrix(values, TRAINING_ROWS, FEATURES, Float.NaN);
        matrix.setLabel(labels);
        Booster booster = XGBoost.train(matrix, trained.parameters(), trained.trees(), Map.of(), null, null);
        byte[] json = booster.toByteArray("json");
        booster.dispose();
        matrix.dispose();
        return json;
    }

    /** Of different kinds: spread out, heavy-tailed, small integers with many ties, signed zeros; each sometimes missing. */
    private static float[] rows(Random random, int count) {
        float[] values = new float[count * FEATURES];
        for (int i = 0; i < values.length; i++) {
            float value =
                    switch (i % FEATURES) {
                        case 0, 1 -> (float) random.nextGaussian();
                        case 2 -> (float) Math.exp(6 * random.nextGaussian());
                        case 3 -> random.nextInt(4);
                        case 4 -> (random.nextBoolean() ? -1f : 1f) * random.nextInt(2);
                        case 5 -> random.nextFloat() * Float.MIN_NORMAL;
                        default -> (float) (1e30 * random.nextGaussian());
                    };
            values[i] = random.nextInt(12) == 0 ? Float.NaN : value;
        }
        return values;
    }

    /** Replaces some values by what the model splits at, or the float next to it. */
    private static void plantSplits(byte[] json, float[] values, Random random) {
        float[] splits = splits(json);
        for (int i = 0; i < values.length; i += 1 + random.nextInt(9)) {
            float split = splits[random.nextInt(splits.length)];
            values[i] = switch (random.nextInt(3)) {
                case 0 -> Math.nextDown(split);
                case 1 -> Math.nextUp(split);
                default -> split;
            };
        }
    }

    private static float[] splits(byte[] json) {
        JsonArray trees = new JsonObject(Buffer.buffer(json))
                .getJsonObject("learner")
                .getJsonObject("gradient_booster")
                .getJsonObject("model")
                .getJsonArray("trees");
        JsonArray splits = trees.getJsonObject(trees.size() / 2).getJsonArray("split_conditions");
        float[] found = new float[splits.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = ((Number) splits.getValue(i)).floatValue();
        }
        return found;
    }

    /** Something that the library computes of rows. */
    @FunctionalInterface
    private interface Prediction {
        float[][] of(Booster booster, DMatrix matrix) throws XGBoostError;
    }

    private static float[][] withLibrary(byte[] json, float[] values, int rows, Prediction prediction)
            throws XGBoostError, IOException {
        Booster booster = XGBoost.loadModel(new ByteArrayInputStream(json));
        booster.setParam("nthread", 1);
        DMatrix matrix = new DMatrix(values, rows, FEATURES, Float.NaN);
        try {
            return prediction.of(booster, matrix);
        } finally {
            matrix.dispose();
            booster.dispose();
        }
    }

    /** The library has them; its Java half passes the question on in no public method. */
    private static float[][] approximateContributions(Booster booster, DMatrix matrix) {
        try {
            Method predict = Class.forName("ml.dmlc.xgboost4j.java.XGBoostJNI")
                    .getDeclaredMethod(
                            "XGBoosterPredict", long.class, long.class, int.class, int.class, float[][].class);
            predict.setAccessible(true);
            float[][] flat = new float[1][];
            int rows = (int) matrix.rowNum();
            int code = (int) predict.invoke(null, handle(booster), handle(matrix), APPROXIMATE_CONTRIBUTIONS, 0, flat);
            assertThat(code).isZero();
            float[][] byRow = new float[rows][FEATURES + 1];
            for (int row = 0; row < rows; row++) {
                System.arraycopy(flat[0], row * (FEATURES + 1), byRow[row], 0, FEATURES + 1);
            }
            return byRow;
        } catch (ReflectiveOperationException | XGBoostError e) {
            throw new AssertionError(e);
        }
    }

    private static long handle(Object of) throws ReflectiveOperationException {
        Field handle = of.getClass().getDeclaredField("handle");
        handle.setAccessible(true);
        return handle.getLong(of);
    }
}
