/** A real broker and a real schema registry as child processes on loopback, for tests and for one machine. */
@NullMarked
package io.weir.local;

import org.jspecify.annotations.NullMarked;
