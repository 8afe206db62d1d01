/** {@code weir status}: the cluster and the instances at a glance. */
@NullMarked
package io.weir.cli.status;

import org.jspecify.annotations.NullMarked;
