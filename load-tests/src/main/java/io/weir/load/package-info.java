/** Load over HTTP on a schedule fixed in advance, what is measured beside it, and what it found. */
@NullMarked
package io.weir.load;

import org.jspecify.annotations.NullMarked;
