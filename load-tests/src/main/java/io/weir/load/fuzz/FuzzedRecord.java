package io.weir.load.fuzz;

import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A record with something wrong about it, or nothing.
 *
 * @param kind names what is wrong, for the table of counts
 * @param fate what must become of it
 */
record FuzzedRecord(String kind, Fate fate, ProducerRecord<byte[], byte[]> record) {
    /** What must become of a record. */
    enum Fate {
        /** It is decided, once. */
        DECIDED,
        /** It is a dead letter, once. */
        DEAD_LETTER,
        /** It is decided, found to be a repetition, or a dead letter: one of them, once. */
        ONE_OF_THEM,
        /** It lies on the control topic, where what is wrong is passed over: it is none of them. */
        PASSED_OVER
    }
}
