package io.weir.server.views;

import io.weir.events.PolicyPublished;
import io.weir.events.Sha256;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names of features by policy: a decision carries values alone. Thread-safe. */
final class PolicyView {
    private static final Logger log = LoggerFactory.getLogger(PolicyView.class);
    private static final int MAXIMUM = 1_000;

    private final Function<String, List<String>> featureNamesOf;
    private final Map<Sha256, List<String>> names = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Sha256, List<String>> leastRecentlyUsed) {
            return size() > MAXIMUM;
        }
    });

    PolicyView(Function<String, List<String>> featureNamesOf) {
        this.featureNamesOf = featureNamesOf;
    }

    void add(PolicyPublished published) {
        try {
            names.put(published.policySha256(), List.copyOf(featureNamesOf.apply(published.document())));
        } catch (RuntimeException e) {
            // The log is written by later builds too; without names the values are still there.
            log.warn(
                    "policy {} {} cannot be read here, its feature values come without names: {}",
                    published.policyId(),
                    published.policySha256(),
                    e.getMessage());
        }
    }

    @Nullable
    List<String> featureNames(Sha256 policySha256) {
        return names.get(policySha256);
    }
}
