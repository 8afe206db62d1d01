package io.weir.server.log;

import java.util.Map;

/** A producer of transactions. Faults are Kafka's own exceptions, with their meaning. */
public interface TransactionalSink extends AutoCloseable {
    /** Fences and aborts what an earlier life under the same transactional id has left open. */
    void init();

    /** Begins a transaction as the member that this engine now is in the group: {@link #positions} are committed as that one. */
    void begin();

    /** Hands over a record; one that cannot be written fails the commit. */
    void send(OutputRecord record);

    /** Adds the group's positions, by partition of the transaction log. */
    void positions(Map<Integer, CommittedPosition> positions);

    void commit();

    void abort();

    @Override
    void close();
}
