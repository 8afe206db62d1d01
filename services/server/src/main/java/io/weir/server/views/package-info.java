/** The read side: projections of decisions and alerts in memory, rebuilt from the log, and the routes that serve them. */
@NullMarked
package io.weir.server.views;

import org.jspecify.annotations.NullMarked;
