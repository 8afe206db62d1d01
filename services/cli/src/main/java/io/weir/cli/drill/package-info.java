/** Fault drills: what is done to a running Weir while payments come, and whether its books balance afterwards. */
@NullMarked
package io.weir.cli.drill;

import org.jspecify.annotations.NullMarked;
