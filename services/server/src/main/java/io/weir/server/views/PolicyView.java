package io.weir.server.views;

import io.weir.core.policy.Policy.OnDeadline;
import io.weir.events.PolicyActivated;
import io.weir.events.PolicyPublished;
import io.weir.events.Sha256;
import io.weir.server.http.PolicyNames;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names by policy: a decision carries values alone. Thread-safe. */
final class PolicyView {
    private static final Logger log = LoggerFactory.getLogger(PolicyView.class);
    private static final int MAXIMUM = 1_000;

    private final Function<String, PolicyNames> namesOf;
    private final Map<Sha256, PolicyNames> names = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Sha256, PolicyNames> leastRecentlyUsed) {
            return size() > MAXIMUM;
        }
    });

    private volatile OnDeadline onDeadline = OnDeadline.PENDING;

    PolicyView(Function<String, PolicyNames> namesOf) {
        this.namesOf = namesOf;
    }

    void add(PolicyPublished published) {
        try {
            names.put(published.policySha256(), namesOf.apply(published.document()));
        } catch (RuntimeException e) {
            // The log is written by later builds too; without names the values are still there.
            log.warn(
                    "policy {} {} cannot be read here, its feature values come without names: {}",
                    published.policyId(),
                    published.policySha256(),
                    e.getMessage());
        }
    }

    void activate(PolicyActivated activated) {
        PolicyNames policy = names.get(activated.policySha256());
        if (policy != null) {
            onDeadline = policy.onDeadline();
        }
    }

    /** What the active policy says. */
    OnDeadline onDeadline() {
        return onDeadline;
    }

    @Nullable
    PolicyNames names(Sha256 policySha256) {
        return names.get(policySha256);
    }
}
