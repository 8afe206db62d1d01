/** From HTTP onto the log, and the committed decision back. */
@NullMarked
package io.weir.server.gateway;

import org.jspecify.annotations.NullMarked;
