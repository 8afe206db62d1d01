package io.weir.training.model;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.core.policy.Policy;
import io.weir.events.Sha256;
import io.weir.training.evaluate.Quality;
import io.weir.training.learn.GradientBoosting.Settings;
import io.weir.training.model.ModelTraining.Part;
import io.weir.training.model.ModelTraining.Trained;
import io.weir.training.replay.LogReplay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a model was made from and how good it is, as JSON and Markdown: the same bytes for the same training. */
public final class ModelCard {
    private final Policy policy;
    private final Map<String, String> definitions;
    private final TrainingData data;
    private final Trained trained;

    /**
     * A card.
     *
     * @param document of the policy
     */
    public ModelCard(Policy policy, String document, TrainingData data, Trained trained) {
        this.policy = policy;
        this.definitions = PolicyFeatures.definitions(document);
        this.data = data;
        this.trained = trained;
    }

    /**
     * Writes {@code model.json}, {@code model-card.json} and {@code model-card.md}.
     *
     * @param directory made if it is not there
     * @return the files written
     */
    public List<Path> write(Path directory) throws IOException {
        Files.createDirectories(directory);
        return List.of(
                Files.write(directory.resolve("model.json"), trained.json()),
                Files.writeString(directory.resolve("model-card.json"), json().encodePrettily() + "\n"),
                Files.writeString(directory.resolve("model-card.md"), markdown()));
    }

    /** The model's identity. */
    public Sha256 modelSha256() {
        return Sha256.of(trained.json());
    }

    JsonObject json() {
        List<String> inputs = data.table().names();
        JsonArray features = new JsonArray();
        for (int i = 0; i < inputs.size(); i++) {
            features.add(new JsonObject()
                    .put("name", inputs.get(i))
                    .put("definition", definitions.get(inputs.get(i)))
                    .put("meanAbsoluteShapley", trained.weights()[i]));
        }
        JsonObject others = new JsonObject();
        definitions.forEach((name, definition) -> {
            if (!inputs.contains(name)) {
                others.put(name, definition);
            }
        });
        JsonArray positions = new JsonArray();
        for (LogReplay.Stretch stretch : data.stretches()) {
            positions.add(new JsonObject()
                    .put("partition", stretch.partition())
                    .put("from", stretch.from())
                    .put("to", stretch.to()));
        }
        Settings settings = trained.settings();
        JsonObject parameters = new JsonObject()
                .put("library", "XGBoost")
                .put("trees", settings.trees())
                .put("eta", settings.learningRate())
                .put("depth", settings.depth())
                .put("treeMethod", "exact")
                .put("objective", "binary:logistic")
                .put("baseScore", 0.5)
                .put("seed", 0);
        return new JsonObject()
                .put("modelSha256", modelSha256().hex())
                .put("modelBytes", trained.json().length)
                .put("policyId", policy.id())
                .put("policySha256", policy.sha256().hex())
                .put(
                        "data",
                        new JsonObject()
                                .put("source", data.source())
                                .put("positions", positions)
                                .put("transactionsReplayed", data.transactions())
                                .put("labelsFolded", data.labels()))
                .put("trainedOn", json(trained.trained()))
                .put("measured", measured())
                .put("features", features)
                .put("otherFeaturesOfThePolicy", others)
                .put("parameters", parameters);
    }

    private @Nullable JsonObject measured() {
        Part heldOut = trained.heldOut();
        Quality quality = trained.quality();
        if (heldOut == null || quality == null) {
            return null;
        }
        return new JsonObject()
                .put("trainedOn", json(trained.measuredAfter()))
                .put("heldOut", json(heldOut))
                .put("rocAuc", quality.rocAuc())
                .put("averagePrecision", quality.averagePrecision())
                .put("cardPrecision100", quality.cardPrecision());
    }

    private static JsonObject json(Part part) {
        return new JsonObject()
                .put("rows", part.rows())
                .put("frauds", part.frauds())
                .put("accounts", part.accounts())
                .put("from", Instant.ofEpochMilli(part.fromMs()).toString())
                .put("to", Instant.ofEpochMilli(part.toMs()).toString());
    }

    String markdown() {
        StringBuilder text = new StringBuilder("# Model card\n\n");
        text.append(
                "Gradient-boosted trees that estimate whether a transaction is fraud. Written by `./weir train`.\n\n");
        text.append("| | |\n| --- | --- |\n");
        summary().forEach((what, value) -> text.append("| %s | %s |\n".formatted(what, value)));
        text.append(
                "\n## What it reads\n\nIn this order. Weight: how much a feature moves the log odds, the mean of its "
                        + "absolute Shapley value.\n\n");
        text.append("| feature | definition | weight |\n| --- | --- | --- |\n");
        List<String> inputs = data.table().names();
        for (int i = 0; i < inputs.size(); i++) {
            text.append(String.format(
                    Locale.ROOT,
                    "| `%s` | %s | %.3f |\n",
                    inputs.get(i),
                    code(definitions.get(inputs.get(i))),
                    trained.weights()[i]));
        }
        String others = definitions.entrySet().stream()
                .filter(feature -> !inputs.contains(feature.getKey()))
                .map(feature -> "| `" + feature.getKey() + "` | " + code(feature.getValue()) + " |\n")
                .collect(Collectors.joining());
        if (!others.isEmpty()) {
            text.append("\nOther features of the policy:\n\n| feature | definition |\n| --- | --- |\n")
                    .append(others);
        }
        if (!data.stretches().isEmpty()) {
            text.append("\n## What was read of the log\n\n| partition | from | to |\n| --- | --- | --- |\n");
            for (LogReplay.Stretch stretch : data.stretches()) {
                text.append("| %d | %d | %d |\n".formatted(stretch.partition(), stretch.from(), stretch.to()));
            }
        }
        return text.toString();
    }

    /** The card in short, by what is said. */
    public Map<String, String> summary() {
        Map<String, String> summary = new LinkedHashMap<>();
        Settings settings = trained.settings();
        summary.put("model", "SHA-256 " + modelSha256().hex() + ", " + trained.json().length + " bytes");
        summary.put("policy", policy.id() + ", SHA-256 " + policy.sha256().hex());
        summary.put("data", data.source());
        summary.put(
                "replayed",
                String.format(Locale.ROOT, "%,d transactions, %,d labels", data.transactions(), data.labels()));
        summary.put("trained on", text(trained.trained()));
        summary.put(
                "settings",
                "XGBoost, " + settings.trees() + " trees, eta " + settings.learningRate() + ", depth "
                        + settings.depth() + ", exact splits, base score 0.5, one thread, seed 0");
        Part heldOut = trained.heldOut();
        Quality quality = trained.quality();
        if (heldOut == null || quality == null) {
            summary.put("measured", "no: nothing was held out");
            return summary;
        }
        summary.put("measured on", text(heldOut));
        summary.put(
                "measured after training on",
                trained.measuredAfter().equals(trained.trained())
                        ? "the rows above"
                        : text(trained.measuredAfter()) + "; then trained again on all rows");
        summary.put(
                "quality",
                String.format(
                        Locale.ROOT,
                        "AUC %.4f, average precision %.4f, card precision at 100 %.4f; accounts with known fraud included",
                        quality.rocAuc(),
                        quality.averagePrecision(),
                        quality.cardPrecision()));
        return summary;
    }

    private static String text(Part part) {
        return String.format(
                Locale.ROOT,
                "%,d transactions of %,d accounts, %,d frauds, %s to %s",
                part.rows(),
                part.accounts(),
                part.frauds(),
                Instant.ofEpochMilli(part.fromMs()),
                Instant.ofEpochMilli(part.toMs()));
    }

    /** A pipe would end the cell. */
    private static String code(@Nullable String definition) {
        return "`" + String.valueOf(definition).replace("|", "\\|") + "`";
    }
}
