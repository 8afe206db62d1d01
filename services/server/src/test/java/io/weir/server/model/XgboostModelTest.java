package io.weir.server.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Reading XGBoost's JSON, whole and broken. What the library itself computes is compared where models are trained. */
class XgboostModelTest {

    /** One split: amount below 100.5 is -0.25, otherwise and where it is missing 0.75; a second tree is a leaf. */
    private static JsonObject model() {
        JsonObject first = new JsonObject()
                .put("left_children", new JsonArray().add(1).add(-1).add(-1))
                .put("right_children", new JsonArray().add(2).add(-1).add(-1))
                .put("split_indices", new JsonArray().add(1).add(0).add(0))
                .put("split_conditions", new JsonArray().add(100.5).add(-0.25).add(0.75))
                .put("default_left", new JsonArray().add(0).add(0).add(0))
                .put("sum_hessian", new JsonArray().add(4.0).add(3.0).add(1.0));
        JsonObject second = new JsonObject()
                .put("left_children", new JsonArray().add(-1))
                .put("right_children", new JsonArray().add(-1))
                .put("split_indices", new JsonArray().add(0))
                .put("split_conditions", new JsonArray().add(0.125))
                .put("default_left", new JsonArray().add(0))
                .put("sum_hessian", new JsonArray().add(4.0));
        return new JsonObject()
                .put(
                        "learner",
                        new JsonObject()
                                .put(
                                        "feature_names",
                                        new JsonArray().add("hour").add("amount"))
                                .put("objective", new JsonObject().put("name", "binary:logistic"))
                                .put(
                                        "learner_model_param",
                                        new JsonObject()
                                                .put("base_score", "2.5E-1")
                                                .put("num_class", "0")
                                                .put("num_feature", "2")
                                                .put("num_target", "1"))
                                .put(
                                        "gradient_booster",
                                        new JsonObject()
                                                .put("name", "gbtree")
                                                .put(
                                                        "model",
                                                        new JsonObject()
                                                                .put(
                                                                        "trees",
                                                                        new JsonArray()
                                                                                .add(first)
                                                                                .add(second)))))
                .put("version", new JsonArray().add(3).add(0).add(4));
    }

    private static XgboostModel read(JsonObject json) throws ModelException {
        return XgboostModel.read(json.encode().getBytes(UTF_8));
    }

    @Test
    void namesAndMarginsAreThoseOfTheFile() throws Exception {
        XgboostModel model = read(model());

        assertThat(model.featureNames()).containsExactly("hour", "amount");
        assertThat(model.objective()).isEqualTo("binary:logistic");
        float base = (float) -Math.log(3);
        assertThat(model.trees().margin(new float[] {0, 100})).isEqualTo(base - 0.25f + 0.125f);
        assertThat(model.trees().margin(new float[] {0, 100.5f})).isEqualTo(base + 0.75f + 0.125f);
        assertThat(model.trees().margin(new float[] {0, Float.NaN})).isEqualTo(base + 0.75f + 0.125f);
        double[] contributions = new double[3];
        model.trees().contributions(new float[] {0, 200}, contributions);
        assertThat(contributions[1]).isCloseTo(0.75, within(1e-9));
    }

    @Test
    void theBaseScoreOfNewerVersionsIsAVectorOfOne() throws Exception {
        JsonObject newer = model();
        parameters(newer).put("base_score", "[2.5E-1]");

        assertThat(read(newer).trees().margin(new float[] {0, 0}))
                .isEqualTo(read(model()).trees().margin(new float[] {0, 0}));
    }

    @Test
    void whatIsNotEvaluatedHereIsRefusedWithTheFieldAndTheRemedy() {
        refused(json -> json.remove("learner"), "learner is missing", "save_model");
        refused(
                json -> learner(json).getJsonObject("objective").put("name", "rank:ndcg"),
                "rank:ndcg",
                "binary:logistic");
        refused(json -> parameters(json).put("num_class", "3"), "num_class", "binary");
        refused(json -> parameters(json).put("num_target", "2"), "num_target", "Train for one");
        refused(json -> parameters(json).put("num_feature", "x"), "num_feature is 'x'");
        refused(json -> parameters(json).put("base_score", "1.5"), "base_score is 1.5");
        refused(json -> learner(json).getJsonObject("gradient_booster").put("name", "dart"), "dart", "gbtree");
        refused(json -> learner(json).getJsonArray("feature_names").add("third"), "3 names for 2 features");
        refused(json -> tree(json).put("categories_nodes", new JsonArray().add(0)), "trees[0] splits on categories");
        refused(
                json -> tree(json)
                        .put("split_indices", new JsonArray().add(7).add(0).add(0)),
                "trees[0]",
                "feature 7 of 2");
        refused(json -> tree(json).put("left_children", new JsonArray().add("x")), "element 0", "is x");
        refused(json -> json.put("learner", 7), "another type");
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> XgboostModel.read(new byte[] {'{', 'L', 0}))
                .withMessageContaining("no JSON")
                .withMessageContaining("UBJSON");
    }

    private static void refused(Consumer<JsonObject> damage, String... parts) {
        JsonObject json = model();
        damage.accept(json);
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> read(json))
                .satisfies(refusal -> assertThat(refusal.getMessage()).contains(parts));
    }

    private static JsonObject learner(JsonObject json) {
        return json.getJsonObject("learner");
    }

    private static JsonObject parameters(JsonObject json) {
        return learner(json).getJsonObject("learner_model_param");
    }

    private static JsonObject tree(JsonObject json) {
        return learner(json)
                .getJsonObject("gradient_booster")
                .getJsonObject("model")
                .getJsonArray("trees")
                .getJsonObject(0);
    }
}
