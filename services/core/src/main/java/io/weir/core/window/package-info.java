/** Event-time windows: the sorted series of an entity's events and what is asked of them. */
@NullMarked
package io.weir.core.window;

import org.jspecify.annotations.NullMarked;
