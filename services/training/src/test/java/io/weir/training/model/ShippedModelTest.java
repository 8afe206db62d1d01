package io.weir.training.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.server.model.Models;
import io.weir.server.model.XgboostModel;
import io.weir.server.policy.DefaultPolicy;
import io.weir.training.evaluate.Handbook;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The default policy is the one that the evaluation is about. */
class ShippedModelTest {
    @Test
    void theDefaultPolicyHasTheFeaturesThatWereEvaluated() {
        assertThat(features(DefaultPolicy.document())).startsWith(features(Handbook.policy()));
    }

    @Test
    void itsModelReadsThoseThatWereChosen() {
        Models.Shipped shipped = Objects.requireNonNull(Models.shipped());
        XgboostModel model = Objects.requireNonNull(new Models().find(shipped.sha256()));
        assertThat(model.featureNames()).isEqualTo(Handbook.MODEL_FEATURES);
        assertThat(model.trees().trees()).isEqualTo(200);
        assertThat(model.trees().depth()).isEqualTo(3);
        assertThat(shipped.card()).contains(shipped.sha256().hex());
    }

    /** The lines that define features, without comments. */
    private static String features(String document) {
        List<String> lines = document.lines()
                .map(line -> line.replaceAll(" *# .*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
        int from = lines.indexOf("features:");
        int to = (int)
                lines.stream().takeWhile(line -> !line.startsWith("rules:")).count();
        return String.join("\n", lines.subList(from, to));
    }
}
