/** Consumer architectures of production guides, each as a program that can be measured: consume, work, produce. */
@NullMarked
package io.weir.load.patterns;

import org.jspecify.annotations.NullMarked;
