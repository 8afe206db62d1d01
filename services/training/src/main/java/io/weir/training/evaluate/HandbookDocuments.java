package io.weir.training.evaluate;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.training.evaluate.HandbookReport.Check;
import io.weir.training.evaluate.HandbookReport.Result;
import io.weir.training.evaluate.HandbookReport.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A report as files, the same bytes for the same figures. */
public final class HandbookDocuments {
    private static final String PICTURE = "handbook-precision-recall";

    private HandbookDocuments() {}

    /**
     * Writes {@code handbook.md}, {@code handbook.json} and the precision-recall curves, as SVG and, where this Java can draw
     * letters, as PNG.
     *
     * @param directory made if it is not there
     * @return the files written
     */
    public static List<Path> write(HandbookReport report, Path directory) throws IOException {
        Files.createDirectories(directory);
        PrecisionRecallPicture picture = new PrecisionRecallPicture(List.of(
                curve(
                        "logistic regression, the 15 features",
                        report.reproduced().getFirst()),
                curve("XGBoost, the 15 features", report.reproduced().getLast()),
                curve("XGBoost, 6 features of Weir", report.ours())));
        List<Path> written = new ArrayList<>(List.of(
                Files.writeString(directory.resolve("handbook.md"), HandbookMarkdown.of(report, PICTURE + ".svg")),
                Files.writeString(
                        directory.resolve("handbook.json"), json(report).encodePrettily() + "\n"),
                Files.writeString(directory.resolve(PICTURE + ".svg"), picture.svg())));
        byte[] png = picture.png();
        if (png != null) {
            written.add(Files.write(directory.resolve(PICTURE + ".png"), png));
        }
        return written;
    }

    private static PrecisionRecallPicture.Curve curve(String name, Result result) {
        return new PrecisionRecallPicture.Curve(
                name + " (AP " + HandbookRun.figure(result.test().mean().averagePrecision()) + ")", result.curve());
    }

    static JsonObject json(HandbookReport report) {
        JsonArray published = new JsonArray();
        for (Published result : Published.ALL) {
            published.add(new JsonObject()
                    .put("model", result.model())
                    .put("where", result.where().text)
                    .put("quality", json(result.quality())));
        }
        JsonArray checks = new JsonArray();
        for (Check check : report.checks()) {
            checks.add(new JsonObject()
                    .put("what", check.what())
                    .put("wanted", check.wanted())
                    .put("got", check.got())
                    .put("met", check.met()));
        }
        JsonArray signals = new JsonArray();
        for (Signal signal : report.signals()) {
            signals.add(new JsonObject()
                    .put("signal", signal.name())
                    .put("frauds", signal.frauds())
                    .put("found", signal.found())
                    .put("genuine", signal.genuine()));
        }
        return new JsonObject()
                .put("published", published)
                .put("reproduced", results(report.reproduced()))
                .put("ours", json(report.ours()))
                .put("modelFeatures", new JsonArray(Handbook.MODEL_FEATURES))
                .put("without", results(report.ablation()))
                .put("signals", signals)
                .put("ceiling", json(report.ceiling()))
                .put("checks", checks);
    }

    private static JsonArray results(List<Result> results) {
        JsonArray all = new JsonArray();
        results.forEach(result -> all.add(json(result)));
        return all;
    }

    private static JsonObject json(Result result) {
        return new JsonObject()
                .put("name", result.name())
                .put("features", result.features())
                .put("baselineSplit", json(result.baselineSplit()))
                .put("validation", json(result.validation()))
                .put("test", json(result.test()));
    }

    private static JsonObject json(Evaluation evaluation) {
        JsonArray folds = new JsonArray();
        for (Evaluation.Fold fold : evaluation.folds()) {
            folds.add(new JsonObject()
                    .put("trainFrom", fold.split().trainFrom().toString())
                    .put("testFrom", fold.split().testFrom().toString())
                    .put("testRows", fold.rows().length)
                    .put("quality", json(fold.quality())));
        }
        return new JsonObject()
                .put("mean", json(evaluation.mean()))
                .put("deviation", json(evaluation.deviation()))
                .put("folds", folds);
    }

    private static JsonObject json(Quality quality) {
        return new JsonObject()
                .put("rocAuc", quality.rocAuc())
                .put("averagePrecision", quality.averagePrecision())
                .put("cardPrecision100", quality.cardPrecision());
    }
}
