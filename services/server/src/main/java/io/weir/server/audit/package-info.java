/** Recomputes what was decided, from the log alone: verification, explanation, rebuilding, backtests. */
@NullMarked
package io.weir.server.audit;

import org.jspecify.annotations.NullMarked;
