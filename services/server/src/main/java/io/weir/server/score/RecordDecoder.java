package io.weir.server.score;

import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.MalformedValueException;
import io.weir.events.SchemaIds;
import io.weir.events.SchemaIds.SchemaUnavailableException;
import io.weir.events.Topics;
import io.weir.server.log.Backoff;
import io.weir.server.log.DeadLetterContext;
import io.weir.server.log.HomePartition;
import io.weir.server.log.LogRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From bytes to an event. Whether a record can be decoded is a property of the record, the same for the engine that
 * decides it and for every other that folds it; a registry that gives no answer is waited for, since passing over the
 * record meanwhile would make states differ.
 */
public final class RecordDecoder {
    private static final Logger log = LoggerFactory.getLogger(RecordDecoder.class);
    private static final int TRIES = 20;
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));

    private static final String TRANSACTIONS = Topics.TRANSACTIONS.topicName();

    private final SchemaIds schemaIds;
    private final EventReader reader;
    private final IntSupplier partitionsOfTheLog;
    /** 0 before they are first needed. */
    private int partitions;

    /**
     * A decoder; not thread-safe.
     *
     * @param partitions of the transaction log, asked once, when the first record of it comes
     */
    public RecordDecoder(SchemaIds schemaIds, IntSupplier partitions) {
        this.schemaIds = schemaIds;
        this.reader = new EventReader(schemaIds);
        this.partitionsOfTheLog = partitions;
    }

    /** A decoder for other topics than the transaction log; not thread-safe. */
    public RecordDecoder(SchemaIds schemaIds) {
        this(schemaIds, () -> {
            throw new IllegalStateException("this decoder is not for " + TRANSACTIONS);
        });
    }

    /** The same once more, for another thread: it asks nobody any more. */
    RecordDecoder another() {
        int known = partitions();
        return new RecordDecoder(schemaIds, () -> known);
    }

    /**
     * The event in a record.
     *
     * @throws UndecodableException when there is none
     * @throws SchemaUnavailableException when the registry gave no answer for about half a minute
     */
    public Event decode(LogRecord record) throws UndecodableException {
        Event event;
        try {
            event = read(record.value());
        } catch (MalformedValueException e) {
            throw new UndecodableException("MalformedValue", e.getMessage(), e);
        }
        if (!Arrays.equals(record.key(), event.key().getBytes(StandardCharsets.UTF_8))) {
            throw new UndecodableException(
                    "KeyMismatch",
                    "the record's key is not the event's accountId; the key decides the partition, write them equal",
                    null);
        }
        if (record.topic().equals(TRANSACTIONS)) {
            requireHome(record);
        }
        return event;
    }

    /** Else an id could be decided once in each partition, and between partitions no order says which came first. */
    private void requireHome(LogRecord record) throws UndecodableException {
        int home = HomePartition.of(Objects.requireNonNull(record.key()), partitions());
        if (home != record.partition()) {
            throw new UndecodableException(
                    DeadLetterContext.WRONG_PARTITION,
                    "the records of this key belong to partition " + home + ", not " + record.partition()
                            + "; set the producer's partitioner to murmur2, as Java's has it, and redrive this letter: it goes "
                            + "to where it belongs",
                    null);
        }
    }

    private int partitions() {
        if (partitions == 0) {
            partitions = partitionsOfTheLog.getAsInt();
        }
        return partitions;
    }

    private Event read(byte @Nullable [] value) {
        for (int attempt = 1; ; attempt++) {
            try {
                return reader.read(value);
            } catch (SchemaUnavailableException e) {
                if (attempt == TRIES) {
                    throw e;
                }
                long backoffMs = BACKOFF.ms(attempt);
                log.warn("a record's schema is not known here and {}; waiting {} ms", e.getMessage(), backoffMs);
                sleep(backoffMs, e);
            }
        }
    }

    private static void sleep(long ms, SchemaUnavailableException cause) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cause;
        }
    }

    /** A record that is no event of this log, now or later. */
    public static final class UndecodableException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String error;

        UndecodableException(String error, @Nullable String message, @Nullable Throwable cause) {
            super(message, cause);
            this.error = error;
        }

        /** What kind of fault, for programs. */
        public String error() {
            return error;
        }
    }
}
