package io.weir.server.policy;

import io.weir.core.policy.Policy;
import io.weir.events.Sha256;
import io.weir.server.model.Models;
import io.weir.server.model.XgboostModel;
import io.weir.server.yaml.DocumentException;
import io.weir.server.yaml.Problems;
import io.weir.server.yaml.SourceText;
import io.weir.server.yaml.YamlNode;
import io.weir.server.yaml.YamlReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a policy document, version 1: YAML with {@code id}, {@code description}, {@code lists}, {@code features}, {@code rules},
 * {@code model}, {@code thresholds} and {@code onDeadline}; the default policy explains each of them. A pure function of the document
 * and of the model that it names by content: the same text gives a policy that decides the same, everywhere.
 */
public final class PolicyCompiler {
    /** The largest document, in bytes of UTF-8. */
    public static final int MAX_BYTES = 1 << 20;

    private static final String CONTENTS = "Write a policy: id, features, rules, thresholds";

    private final Function<Sha256, @Nullable XgboostModel> models;

    /** One that knows the models that Weir comes with. */
    public PolicyCompiler() {
        this(new Models()::find);
    }

    /** One that knows models by their SHA-256. */
    public PolicyCompiler(Function<Sha256, @Nullable XgboostModel> models) {
        this.models = models;
    }

    /**
     * The policy that {@code document} describes; its {@code sha256} is that of the document in UTF-8.
     *
     * @throws PolicyException naming every error found, if there is one
     */
    public Policy compile(String document) throws PolicyException {
        try {
            return read(document);
        } catch (DocumentException e) {
            throw new PolicyException(e);
        }
    }

    private Policy read(String document) throws DocumentException {
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES) {
            throw new Problems(new SourceText(""))
                    .fatal(0, "", "the document has " + bytes.length + " bytes, more than 1 MiB", "Make it shorter");
        }
        Problems problems = new Problems(new SourceText(document));
        YamlNode root = YamlReader.read(problems, CONTENTS);
        Policy policy = new PolicyReader(problems, models).read(root, Sha256.of(bytes));
        problems.throwIfAny();
        if (policy == null) {
            throw new IllegalStateException("no policy and no error");
        }
        return policy;
    }
}
