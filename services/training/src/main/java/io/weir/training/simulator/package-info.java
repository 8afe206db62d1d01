/** The transaction simulator of the public fraud-detection benchmark, reproducing its published data row for row. */
@NullMarked
package io.weir.training.simulator;

import org.jspecify.annotations.NullMarked;
