package io.weir.server.log;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Up to where the group has committed decisions, asked without waiting. */
public interface GroupPositions {
    /**
     * Asks anew; a question under way is forgotten.
     *
     * @param stable whether the answer must contain every transaction that was committed before the question; it comes
     *     later then, since their markers are waited for
     */
    void ask(boolean stable);

    /** Whether a question is under way whose answer has not been taken. */
    boolean asking();

    /**
     * The answer, once: for every partition with a committed position, that; or null while there is none.
     *
     * @throws EngineLogException when the question failed
     */
    @Nullable
    Map<Integer, CommittedPosition> take();
}
