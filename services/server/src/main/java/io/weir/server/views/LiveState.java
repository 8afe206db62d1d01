package io.weir.server.views;

import io.weir.core.decide.Profile;
import io.weir.core.policy.Entity;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The state that decides, as it is now. */
public interface LiveState {

    /**
     * Asks for what is known of an account or another entity. Never blocks.
     *
     * @return the answer, with null for what is not known; it fails when the state cannot be had now, with the reason as its
     *     message
     */
    CompletionStage<@Nullable Profile> profile(Entity kind, String id);
}
