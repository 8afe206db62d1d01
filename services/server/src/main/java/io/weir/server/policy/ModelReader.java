package io.weir.server.policy;

import io.weir.core.policy.Model;
import io.weir.core.policy.Model.ModelReason;
import io.weir.core.policy.NumberExpression;
import io.weir.core.policy.Policy;
import io.weir.core.policy.ReasonText;
import io.weir.events.Sha256;
import io.weir.server.model.XgboostModel;
import io.weir.server.yaml.Nearest;
import io.weir.server.yaml.Problems;
import io.weir.server.yaml.Section;
import io.weir.server.yaml.YamlNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the {@code model} of a policy: which one, what it is fed, what it adds to the score, and how its reasons read. */
final class ModelReader {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final int MAX_INPUTS = 256;
    private static final int MAX_REASONS = 256;

    private final Problems problems;
    private final List<String> features;
    private final ReasonReader reasons;
    private final Function<Sha256, @Nullable XgboostModel> models;

    /**
     * A reader.
     *
     * @param features names in the policy's order
     * @param models those that are known
     */
    ModelReader(
            Problems problems,
            List<String> features,
            ReasonReader reasons,
            Function<Sha256, @Nullable XgboostModel> models) {
        this.problems = problems;
        this.features = features;
        this.reasons = reasons;
        this.models = models;
    }

    /** The model; null if the policy has none, or an error was noted. */
    @Nullable
    Model read(Section policy) {
        YamlNode node = policy.has("model") ? policy.required("model", "") : null;
        Section section = node == null
                ? null
                : Section.of(node, policy.path("model"), problems, List.of("sha256", "features", "points", "reasons"));
        if (section == null) {
            return null;
        }
        String sha256 = section.text("sha256", SHA256, "Write the 64 hexadecimal digits that 'weir model list' shows");
        XgboostModel model = sha256 == null ? null : models.apply(Sha256.parse(sha256));
        if (sha256 != null && model == null) {
            section.refuse(
                    "sha256",
                    "no model with this SHA-256 is published",
                    "Publish it first: weir model import FILE; weir model list shows those that are");
        }
        List<Integer> inputs = inputs(section, model);
        Double points = section.has("points")
                ? section.number("points", Double.MIN_VALUE, Policy.MAX_SCORE, "Write points, above 0 and up to 100")
                : Double.valueOf(Policy.MAX_SCORE);
        List<ModelReason> read = inputs == null ? null : reasons(section, inputs);
        return model == null || inputs == null || points == null || read == null
                ? null
                : new Model(model.sha256(), model.trees(), inputs, points, read);
    }

    private @Nullable List<Integer> inputs(Section section, @Nullable XgboostModel model) {
        section.required("features", "Write the names of the features that the model is fed, in its order");
        List<Integer> inputs = new ArrayList<>();
        List<YamlNode> items = section.items("features", MAX_INPUTS);
        for (YamlNode item : items) {
            String name = item instanceof YamlNode.Scalar scalar ? scalar.value() : "";
            int index = features.indexOf(name);
            if (index < 0) {
                problems.add(
                        item.start(),
                        section.path("features"),
                        "there is no feature '" + name + "'",
                        Nearest.remedy(name, features));
            } else {
                inputs.add(index);
            }
        }
        if (inputs.size() < items.size() || model == null) {
            return null;
        }
        List<String> names = inputs.stream().map(features::get).toList();
        if (inputs.size() != model.trees().features()) {
            section.refuse(
                    "features",
                    "the model is fed " + model.trees().features() + " features, not " + inputs.size(),
                    "Write as many, in the order in which it was trained");
            return null;
        }
        if (!model.featureNames().isEmpty() && !model.featureNames().equals(names)) {
            section.refuse(
                    "features",
                    "the model was trained on other names or another order",
                    "Write " + model.featureNames() + ", and name the policy's features so");
            return null;
        }
        return inputs;
    }

    /** Those that are written, and one for each feature that is in none of them. */
    private @Nullable List<ModelReason> reasons(Section section, List<Integer> inputs) {
        List<ModelReason> read = new ArrayList<>();
        Set<Integer> covered = new HashSet<>();
        Set<String> codes = new HashSet<>();
        List<YamlNode> items = section.items("reasons", MAX_REASONS);
        for (int i = 0; i < items.size(); i++) {
            Section reason = Section.of(
                    items.get(i), section.path("reasons[" + i + "]"), problems, List.of("code", "features", "text"));
            if (reason == null) {
                continue;
            }
            String code = reason.text("code", RuleReader.CODE, RuleReader.CODE_REMEDY);
            if (code != null && !codes.add(code)) {
                reason.refuse("code", "there is a reason '" + code + "' already", "Give each reason its own code");
            }
            ReasonText text = reasons.read(reason, "text", "Write, for people, what the model has seen");
            List<Integer> of = covered(reason, inputs, covered);
            if (code != null && text != null && !of.isEmpty()) {
                read.add(new ModelReason(code, text, of));
            }
        }
        if (read.size() < items.size()) {
            return null;
        }
        for (int i = 0; i < inputs.size(); i++) {
            if (!covered.contains(i)) {
                String name = features.get(inputs.get(i));
                ReasonText text = ReasonText.of(List.of(
                        new ReasonText.Literal("The model finds " + name + " unusual: "),
                        new ReasonText.Figure(NumberExpression.feature(inputs.get(i)), ReasonText.Format.NUMBER)));
                read.add(new ModelReason("MODEL_" + name.toUpperCase(Locale.ROOT), text, List.of(i)));
            }
        }
        return read;
    }

    private List<Integer> covered(Section reason, List<Integer> inputs, Set<Integer> covered) {
        String remedy = "Write names from the model's features, each in one reason";
        reason.required("features", remedy);
        List<Integer> of = new ArrayList<>();
        for (YamlNode item : reason.items("features", MAX_INPUTS)) {
            String name = item instanceof YamlNode.Scalar scalar ? scalar.value() : "";
            int index = inputs.indexOf(features.indexOf(name));
            if (index < 0) {
                problems.add(item.start(), reason.path("features"), "the model is not fed '" + name + "'", remedy);
            } else if (!covered.add(index)) {
                problems.add(
                        item.start(), reason.path("features"), "'" + name + "' stands in a reason already", remedy);
            } else {
                of.add(index);
            }
        }
        return of;
    }
}
