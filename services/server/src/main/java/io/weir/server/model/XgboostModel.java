package io.weir.server.model;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.core.model.TreeEnsemble;
import io.weir.events.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model of XGBoost, as its JSON format has it ({@code Booster.save_model("model.json")}): trees for one binary answer.
 * Read from the library's own file, so that any tool that trains with XGBoost can bring one.
 *
 * @param sha256 of the file; its identity
 * @param featureNames in the order of a row's values; empty if the file names none
 * @param objective what it was trained for, for example {@code binary:logistic}
 * @param trees margins, which the logistic function turns into probabilities
 */
public record XgboostModel(Sha256 sha256, List<String> featureNames, String objective, TreeEnsemble trees) {
    /** The largest file, in bytes. */
    public static final int MAX_BYTES = 64 << 20;

    private static final List<String> OBJECTIVES = List.of("binary:logistic", "reg:logistic", "binary:logitraw");

    public XgboostModel {
        featureNames = List.copyOf(featureNames);
    }

    /**
     * The model in a file.
     *
     * @throws ModelException if it is not one, or one of a kind that is not evaluated here
     */
    public static XgboostModel read(byte[] json) throws ModelException {
        if (json.length > MAX_BYTES) {
            throw new ModelException("the model has " + json.length + " bytes, more than " + MAX_BYTES
                    + ". Train fewer or shallower trees");
        }
        try {
            return read(new JsonObject(Buffer.buffer(json)), Sha256.of(json));
        } catch (DecodeException e) {
            throw new ModelException("this is no JSON: " + e.getMessage()
                    + ". Save the model with save_model(\"model.json\"), not as UBJSON and not with pickle");
        } catch (ClassCastException e) {
            throw new ModelException("a field has another type than in XGBoost's JSON format: " + e.getMessage()
                    + ". Save the model with save_model(\"model.json\")");
        }
    }

    private static XgboostModel read(JsonObject root, Sha256 sha256) throws ModelException {
        JsonObject learner = object(root, "learner", "");
        JsonObject parameters = object(learner, "learner_model_param", "learner");
        String objective = text(object(learner, "objective", "learner"), "name", "learner.objective");
        if (!OBJECTIVES.contains(objective)) {
            throw new ModelException("learner.objective.name is " + objective + ". Train with one of " + OBJECTIVES);
        }
        require(number(parameters, "num_class") <= 1, "num_class", "more than one class", "Train a binary model");
        require(
                !parameters.containsKey("num_target") || number(parameters, "num_target") <= 1,
                "num_target",
                "more than one target",
                "Train for one");
        int features = number(parameters, "num_feature");
        require(features > 0, "num_feature", "no feature", "Train on at least one");
        JsonObject booster = object(learner, "gradient_booster", "learner");
        String kind = text(booster, "name", "learner.gradient_booster");
        if (!kind.equals("gbtree")) {
            throw new ModelException("learner.gradient_booster.name is " + kind
                    + ". Train with booster=gbtree; dart and gblinear are " + "not evaluated here");
        }
        List<String> names = strings(learner.getJsonArray("feature_names"));
        if (!names.isEmpty() && names.size() != features) {
            throw new ModelException("learner.feature_names has " + names.size() + " names for " + features
                    + " features. Name each, or none");
        }
        TreeEnsemble.Builder builder = TreeEnsemble.builder(
                features, baseMargin(text(parameters, "base_score", "learner.learner_model_param"), objective));
        JsonArray trees =
                array(object(booster, "model", "learner.gradient_booster"), "trees", "learner.gradient_booster.model");
        for (int tree = 0; tree < trees.size(); tree++) {
            add(builder, trees.getJsonObject(tree), "learner.gradient_booster.model.trees[" + tree + "]");
        }
        return new XgboostModel(sha256, names, objective, builder.build());
    }

    private static void add(TreeEnsemble.Builder builder, @Nullable JsonObject tree, String path)
            throws ModelException {
        if (tree == null) {
            throw new ModelException(path + " is missing");
        }
        int[] left = ints(array(tree, "left_children", path), path);
        JsonArray categories = tree.getJsonArray("categories_nodes");
        if (categories != null && !categories.isEmpty()) {
            throw new ModelException(
                    path + " splits on categories. Encode them as numbers before training; only numeric splits are "
                            + "evaluated here");
        }
        int[] missing = ints(array(tree, "default_left", path), path);
        boolean[] missingLeft = new boolean[missing.length];
        for (int node = 0; node < missing.length; node++) {
            missingLeft[node] = missing[node] != 0;
        }
        try {
            builder.tree(
                    left,
                    ints(array(tree, "right_children", path), path),
                    ints(array(tree, "split_indices", path), path),
                    floats(array(tree, "split_conditions", path), path),
                    missingLeft,
                    floats(array(tree, "sum_hessian", path), path));
        } catch (IllegalArgumentException e) {
            throw new ModelException(path + ": " + e.getMessage());
        }
    }

    /** The library keeps the base score as what the objective predicts; margins begin at what leads to it. */
    private static float baseMargin(String baseScore, String objective) throws ModelException {
        float score;
        try {
            score = Float.parseFloat(baseScore.replaceAll("[\\[\\]]", "")); // a vector of one in newer versions
        } catch (NumberFormatException e) {
            throw new ModelException("learner.learner_model_param.base_score is '" + baseScore + "', no number");
        }
        if (objective.equals("binary:logitraw")) {
            return score;
        }
        if (!(score > 0 && score < 1)) {
            throw new ModelException(
                    "learner.learner_model_param.base_score is " + baseScore + ", no probability between 0 and 1");
        }
        return (float) -Math.log(1f / score - 1f);
    }

    private static void require(boolean holds, String field, String problem, String remedy) throws ModelException {
        if (!holds) {
            throw new ModelException("learner.learner_model_param." + field + ": " + problem + ". " + remedy);
        }
    }

    private static JsonObject object(JsonObject in, String field, String path) throws ModelException {
        return present(in.getJsonObject(field), field, path);
    }

    private static JsonArray array(JsonObject in, String field, String path) throws ModelException {
        return present(in.getJsonArray(field), field, path);
    }

    private static String text(JsonObject in, String field, String path) throws ModelException {
        return present(in.getString(field), field, path);
    }

    private static <T> T present(@Nullable T value, String field, String path) throws ModelException {
        if (value == null) {
            throw new ModelException((path.isEmpty() ? "" : path + ".") + field
                    + " is missing. Save the model with save_model(\"model.json\")");
        }
        return value;
    }

    /** The library writes its parameters as strings. */
    private static int number(JsonObject parameters, String field) throws ModelException {
        String value = text(parameters, field, "learner.learner_model_param");
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new ModelException("learner.learner_model_param." + field + " is '" + value + "', no whole number");
        }
    }

    private static List<String> strings(@Nullable JsonArray array) {
        List<String> strings = new ArrayList<>();
        for (int i = 0; array != null && i < array.size(); i++) {
            strings.add(String.valueOf(array.getString(i)));
        }
        return strings;
    }

    private static int[] ints(JsonArray array, String path) throws ModelException {
        int[] ints = new int[array.size()];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = element(array, i, path, Number::intValue);
        }
        return ints;
    }

    private static float[] floats(JsonArray array, String path) throws ModelException {
        float[] floats = new float[array.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = element(array, i, path, Number::floatValue);
        }
        return floats;
    }

    private static <T> T element(JsonArray array, int index, String path, Function<Number, T> as)
            throws ModelException {
        if (array.getValue(index) instanceof Number value) {
            return as.apply(value);
        }
        if (array.getValue(index) instanceof Boolean value) {
            return as.apply(value ? 1 : 0); // default_left in some versions
        }
        throw new ModelException(path + ": element " + index + " of an array of numbers is " + array.getValue(index));
    }
}
