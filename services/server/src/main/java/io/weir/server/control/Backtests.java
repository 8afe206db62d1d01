package io.weir.server.control;

import io.vertx.core.json.JsonObject;
import io.weir.core.policy.Policy;
import org.jspecify.annotations.Nullable;

/** Has a policy decide over history, beside what was decided; nothing is written. */
@FunctionalInterface
public interface Backtests {
    /**
     * Begins one, and does not wait for it.
     *
     * @param fromMs append time of the first decision to compare, inclusive; null for no bound
     * @param toMs append time of the last one, exclusive; null for no bound
     * @return its id, and what else there is to tell
     * @throws io.weir.server.http.ProblemException 503 when too many wait already
     */
    JsonObject begin(Policy policy, @Nullable Long fromMs, @Nullable Long toMs);
}
