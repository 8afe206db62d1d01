/** Models learnt from tables of features. */
@NullMarked
package io.weir.training.learn;

import org.jspecify.annotations.NullMarked;
