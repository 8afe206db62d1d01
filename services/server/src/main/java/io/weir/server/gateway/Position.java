package io.weir.server.gateway;

/** Where a record lies in {@code weir.transactions}. */
record Position(int partition, long offset) {}
