/** Seeded bad input over HTTP and on the log, and the books of what became of it. */
@NullMarked
package io.weir.load.fuzz;

import org.jspecify.annotations.NullMarked;
