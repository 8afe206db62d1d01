/** How good a model is: metrics, splits in time, and the protocol of the public benchmark. */
@NullMarked
package io.weir.training.evaluate;

import org.jspecify.annotations.NullMarked;
