/** The peer on Apache Flink. */
@NullMarked
package io.weir.peers.flink;

import org.jspecify.annotations.NullMarked;
