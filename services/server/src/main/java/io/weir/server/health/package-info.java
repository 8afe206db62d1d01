/** The health of the cluster as Weir needs it: lag, replicas, leaders, sizes, open transactions; for metrics and {@code weir status}. */
@NullMarked
package io.weir.server.health;

import org.jspecify.annotations.NullMarked;
