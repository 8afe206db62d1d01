/** The event log: the only package that uses Kafka's consumer and transaction API, and every client setting. */
@NullMarked
package io.weir.server.log;

import org.jspecify.annotations.NullMarked;
