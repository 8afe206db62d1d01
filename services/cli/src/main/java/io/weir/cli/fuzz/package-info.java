/** {@code weir fuzz}: seeded bad input against a running stack. */
@NullMarked
package io.weir.cli.fuzz;

import org.jspecify.annotations.NullMarked;
