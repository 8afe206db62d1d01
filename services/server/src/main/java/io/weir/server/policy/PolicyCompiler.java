package io.weir.server.policy;

import io.weir.core.policy.Policy;
import io.weir.events.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * Compiles a policy document, version 1: YAML with {@code id}, {@code description}, {@code features}, {@code rules} and {@code thresholds};
 * the default policy explains each of them. A pure function of the document: the same text gives a policy that decides the same,
 * everywhere.
 */
public final class PolicyCompiler {
    /** The largest document, in bytes of UTF-8. */
    public static final int MAX_BYTES = 1 << 20;

    /**
     * The policy that {@code document} describes; its {@code sha256} is that of the document in UTF-8.
     *
     * @throws PolicyException naming every error found, if there is one
     */
    public Policy compile(String document) throws PolicyException {
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES) {
            throw new Problems(new SourceText(""))
                    .fatal(0, "", "the document has " + bytes.length + " bytes, more than 1 MiB", "Make it shorter");
        }
        Problems problems = new Problems(new SourceText(document));
        YamlNode root = YamlReader.read(problems);
        Policy policy = new PolicyReader(problems).read(root, Sha256.of(bytes));
        problems.throwIfAny();
        if (policy == null) {
            throw new IllegalStateException("no policy and no error");
        }
        return policy;
    }
}
