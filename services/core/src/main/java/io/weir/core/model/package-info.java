/** Gradient-boosted trees: margins as the library that trained them computes them, and what each feature contributed. */
@NullMarked
package io.weir.core.model;

import org.jspecify.annotations.NullMarked;
