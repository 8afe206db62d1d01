package io.weir.server.policy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The JSON Schema of policy documents, for editors. The compiler knows more than it says. */
public final class PolicySchema {
    private PolicySchema() {}

    /** The schema, draft 2020-12. */
    public static String text() {
        try (InputStream in = PolicySchema.class.getResourceAsStream("policy.schema.json")) {
            if (in == null) {
                throw new IllegalStateException("policy.schema.json is not in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("policy.schema.json cannot be read", e);
        }
    }
}
