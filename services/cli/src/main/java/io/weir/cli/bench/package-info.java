/** {@code weir bench}: measurements, every figure beside another one of the same run. */
@NullMarked
package io.weir.cli.bench;

import org.jspecify.annotations.NullMarked;
