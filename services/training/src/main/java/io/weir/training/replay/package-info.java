/** History replayed through the core that serves, to read off the features that it computed. */
@NullMarked
package io.weir.training.replay;

import org.jspecify.annotations.NullMarked;
