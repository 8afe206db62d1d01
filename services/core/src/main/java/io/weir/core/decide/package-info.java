/** The state machine: an event goes in, the state changes, a decision comes out. */
@NullMarked
package io.weir.core.decide;

import org.jspecify.annotations.NullMarked;
