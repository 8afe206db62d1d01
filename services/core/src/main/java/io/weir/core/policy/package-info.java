/** The compiled policy: features, rules and thresholds, ready to evaluate. */
@NullMarked
package io.weir.core.policy;

import org.jspecify.annotations.NullMarked;
