/** The engines: the deterministic core between a consumer and a transaction. */
@NullMarked
package io.weir.server.score;

import org.jspecify.annotations.NullMarked;
