package io.weir.training.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import io.weir.core.policy.Policy;
import io.weir.server.model.ModelException;
import io.weir.server.model.XgboostModel;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import io.weir.training.evaluate.Handbook;
import io.weir.training.learn.GradientBoosting;
import io.weir.training.replay.FeatureReplay;
import io.weir.training.replay.FeatureTable;
import io.weir.training.replay.LabelledTransaction;
import io.weir.training.replay.LogReplay;
import io.weir.training.simulator.SimulatedTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTrainingTest {
    private static final long DAY_MS = 86_400_000L;
    private static final long START_MS = 17_000 * DAY_MS;
    private static final int DAYS = 40;
    private static final GradientBoosting.Settings SETTINGS = new GradientBoosting.Settings(20, .3, 3);
    private static final Duration WEEK = Duration.ofDays(7);

    private static Policy policy;
    private static TrainingData data;

    @BeforeAll
    static void replay() throws PolicyException {
        policy = new PolicyCompiler().compile(Handbook.policy());
        data = data();
    }

    @Test
    void sameInputsGiveTheSameFilesByteForByte(@TempDir Path directory) throws IOException {
        write(data, directory.resolve("one"));
        write(data(), directory.resolve("other"));

        for (String file : List.of("model.json", "model-card.json", "model-card.md")) {
            assertThat(directory.resolve("other").resolve(file))
                    .hasSameBinaryContentAs(directory.resolve("one").resolve(file));
        }
    }

    @Test
    void theModelCanBeServedAndNamesWhatItReads() throws ModelException {
        XgboostModel served = XgboostModel.read(train(WEEK, false).json());

        assertThat(served.featureNames()).isEqualTo(Handbook.MODEL_FEATURES);
        assertThat(served.trees().trees()).isEqualTo(20);
    }

    @Test
    void isMeasuredOnWhatComesAfterTheLabelsOfWhatItLearntFrom() {
        ModelTraining.Trained trained = train(WEEK, false);

        long endMs = data.table().timeMs(data.table().rows() - 1);
        assertThat(trained.heldOut().fromMs()).isGreaterThan(endMs - 7 * DAY_MS);
        assertThat(trained.trained().toMs()).isLessThanOrEqualTo(endMs - 14 * DAY_MS);
        assertThat(trained.trained()).isEqualTo(trained.measuredAfter());
        assertThat(trained.quality().averagePrecision()).isBetween(.5, 1.0);
    }

    @Test
    void onceMeasuredItMayLearnFromAll() {
        ModelTraining.Trained part = train(WEEK, false);
        ModelTraining.Trained all = train(WEEK, true);

        assertThat(all.quality()).isEqualTo(part.quality());
        assertThat(all.trained().rows()).isEqualTo(data.table().rows());
        assertThat(all.json())
                .isNotEqualTo(part.json())
                .isEqualTo(train(Duration.ZERO, false).json());
    }

    @Test
    void theCardSaysWhatItWasMadeFrom(@TempDir Path directory) throws IOException {
        write(data, directory);

        JsonObject card = new JsonObject(Files.readString(directory.resolve("model-card.json")));
        assertThat(card.getString("policySha256")).isEqualTo(policy.sha256().hex());
        assertThat(card.getString("modelSha256")).hasSize(64);
        assertThat(card.getJsonArray("features").getJsonObject(1).getString("definition"))
                .isEqualTo("amount / typical_amount");
        assertThat(card.getJsonObject("otherFeaturesOfThePolicy").getString("terminal_count_7d"))
                .isEqualTo("entity: terminal, function: count, window: 7d");
        assertThat(card.getJsonObject("measured").getDouble("averagePrecision")).isPositive();
        assertThat(card.getJsonObject("data")
                        .getJsonArray("positions")
                        .getJsonObject(1)
                        .getLong("to"))
                .isEqualTo(9);
        assertThat(Files.readString(directory.resolve("model-card.md")))
                .contains("a test", card.getString("modelSha256"), "20 trees", "| 1 | 3 | 9 |", "since_genuine");
    }

    @Test
    void saysWhyThereIsNothingToLearn() {
        assertThatThrownBy(() -> train(Duration.ofDays(30), false)).hasMessageContaining("--hold-out");
        assertThatThrownBy(() -> new ModelTraining(SETTINGS, WEEK, WEEK, false)
                        .train(new FeatureTable.Builder(List.of("x")).build()))
                .hasMessageContaining("no transaction to learn from");
    }

    @Test
    void aPolicyMayNameWhatItsModelReads() {
        assertThat(PolicyFeatures.ofModel(Handbook.policy())).isEmpty();
        assertThat(PolicyFeatures.ofModel("id: x\nmodel: {features: [amount, ratio]}\n"))
                .containsExactly("amount", "ratio");
    }

    private static void write(TrainingData from, Path directory) throws IOException {
        ModelTraining.Trained trained = new ModelTraining(SETTINGS, WEEK, WEEK, false).train(from.table());
        new ModelCard(policy, Handbook.policy(), from, trained).write(directory);
    }

    private static ModelTraining.Trained train(Duration heldOut, boolean refit) {
        return new ModelTraining(SETTINGS, heldOut, WEEK, refit).train(data.table());
    }

    /** Frauds are large for their accounts. */
    private static TrainingData data() {
        Random random = new Random(5);
        List<LabelledTransaction> history = new ArrayList<>();
        for (int i = 0; i < 100 * DAYS; i++) {
            boolean fraud = random.nextInt(25) == 0;
            int account = random.nextInt(50);
            long amountMinor = (long) ((1_000 + 100 * account) * (.5 + random.nextDouble()) * (fraud ? 4 : 1));
            history.add(LabelledTransaction.of(new SimulatedTransaction(
                    i, START_MS + i * DAY_MS / 100, account, random.nextInt(30), amountMinor, fraud ? 1 : 0)));
        }
        FeatureTable table = new FeatureReplay(policy, Handbook.MODEL_FEATURES, 7 * DAY_MS)
                .run(history, START_MS + 3 * DAY_MS, Long.MAX_VALUE);
        return new TrainingData(
                table,
                "a test",
                List.of(new LogReplay.Stretch(0, 0, 7), new LogReplay.Stretch(1, 3, 9)),
                history.size(),
                history.size());
    }
}
