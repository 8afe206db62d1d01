/** How the cost of a decision grows with accounts, rules and trees. */
@NullMarked
package io.weir.load.scale;

import org.jspecify.annotations.NullMarked;
