/** The server: its parts put together, and the command that runs it. */
@NullMarked
package io.weir.server;

import org.jspecify.annotations.NullMarked;
