/** Watches how often rules fire, and puts one in shadow that suddenly fires far more often than before. */
@NullMarked
package io.weir.server.guard;

import org.jspecify.annotations.NullMarked;
