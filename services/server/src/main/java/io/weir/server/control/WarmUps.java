package io.weir.server.control;

import io.weir.events.Sha256;
import io.weir.server.score.Warmth;
import java.util.List;

/** Whether the states of this process's engines have what policies select. */
@FunctionalInterface
public interface WarmUps {
    /** Of each engine that serves; none in a process without. */
    List<Warmth> of(Sha256 policy);
}
