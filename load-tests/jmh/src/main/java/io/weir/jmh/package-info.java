/** JMH benchmarks of the hot inner parts. */
@NullMarked
package io.weir.jmh;

import org.jspecify.annotations.NullMarked;
