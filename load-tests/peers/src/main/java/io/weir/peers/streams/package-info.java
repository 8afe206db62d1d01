/** The peer on Kafka Streams. */
@NullMarked
package io.weir.peers.streams;

import org.jspecify.annotations.NullMarked;
