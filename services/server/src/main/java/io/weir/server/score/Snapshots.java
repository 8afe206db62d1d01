package io.weir.server.score;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.events.AccountSnapshot;
import io.weir.events.EntitySnapshot;
import io.weir.events.Event;
import io.weir.events.SweepCompleted;
import io.weir.events.Topics;
import io.weir.server.log.CommittedPosition;
import io.weir.server.log.LogRecord;
import io.weir.server.log.SnapshotReader;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads snapshots into a state machine: all of them or none, for one that is left out would leave the state wrong
 * without anybody seeing it.
 */
final class Snapshots {
    private static final Logger log = LoggerFactory.getLogger(Snapshots.class);

    private final DecisionStateMachine machine;
    private final RecordDecoder decoder;
    private final int partitions;
    private final long[] contained;

    /**
     * A loader.
     *
     * @param machine takes the state; to be thrown away when loading fails
     * @param partitions of the transaction log
     */
    Snapshots(DecisionStateMachine machine, RecordDecoder decoder, int partitions) {
        this.machine = machine;
        this.decoder = decoder;
        this.partitions = partitions;
        this.contained = new long[partitions];
    }

    /**
     * Loads what has been read.
     *
     * @param beginnings of the transaction log, by partition
     * @param ends of the transaction log, by partition
     * @param committed by the group, asked after the snapshots were read
     * @throws UnusableException when some snapshot cannot be used, so that none can
     */
    RestoreStart load(SnapshotReader read, long[] beginnings, long[] ends, Map<Integer, CommittedPosition> committed)
            throws UnusableException {
        LogRecord sweepRecord = read.sweep();
        if (sweepRecord == null) {
            warnOfGaps(new long[partitions], beginnings);
            return RestoreStart.ofLog(beginnings);
        }
        SweepCompleted sweep = sweep(sweepRecord);
        // Entities first: an account's events must find them.
        for (LogRecord record : read.entities()) {
            load(record, event -> loadEntity(record, event));
        }
        for (LogRecord record : read.accounts()) {
            load(record, event -> loadAccount(record, event));
        }
        machine.forgetIncomplete();
        for (int partition = 0; partition < partitions; partition++) {
            requirePast(partition, ends[partition], committed.get(partition));
        }
        warnOfGaps(sweep.positions(), beginnings);
        long[] from = new long[partitions];
        for (int partition = 0; partition < partitions; partition++) {
            from[partition] = Math.max(sweep.positions()[partition], beginnings[partition]);
        }
        return new RestoreStart(
                from, contained, read.accounts().size(), read.entities().size());
    }

    private interface Loading {
        void load(Event event) throws UnusableException;
    }

    private void load(LogRecord record, Loading loading) throws UnusableException {
        Event event = decode(record);
        try {
            loading.load(event);
        } catch (RuntimeException e) { // a StateFormatException, or what broken bytes can cause besides
            throw unusable(record, "its state cannot be read: " + e, e);
        }
    }

    private void loadEntity(LogRecord record, Event event) throws UnusableException {
        if (!(event instanceof EntitySnapshot snapshot)) {
            throw unusable(record, "it is a " + event.type().name(), null);
        }
        check(record, snapshot.intact(), snapshot.formatVersion());
        if (snapshot.positions().length != partitions) {
            throw unusable(record, otherPartitions(snapshot.positions().length), null);
        }
        for (int partition = 0; partition < partitions; partition++) {
            contain(partition, snapshot.positions()[partition]);
        }
        machine.load(snapshot);
    }

    private void loadAccount(LogRecord record, Event event) throws UnusableException {
        if (!(event instanceof AccountSnapshot snapshot)) {
            throw unusable(record, "it is a " + event.type().name(), null);
        }
        check(record, snapshot.intact(), snapshot.formatVersion());
        if (snapshot.partition() < 0 || snapshot.partition() >= partitions) {
            throw unusable(
                    record, "it is of partition " + snapshot.partition() + ", and there are " + partitions, null);
        }
        contain(snapshot.partition(), snapshot.position());
        machine.load(snapshot);
    }

    private SweepCompleted sweep(LogRecord record) throws UnusableException {
        if (!(decode(record) instanceof SweepCompleted sweep)) {
            throw unusable(record, "it is no SweepCompleted", null);
        }
        if (sweep.positions().length != partitions) {
            throw unusable(record, otherPartitions(sweep.positions().length), null);
        }
        for (int partition = 0; partition < partitions; partition++) {
            contain(partition, sweep.positions()[partition]);
        }
        return sweep;
    }

    private Event decode(LogRecord record) throws UnusableException {
        try {
            return decoder.decode(record);
        } catch (RecordDecoder.UndecodableException e) {
            throw unusable(record, "it cannot be decoded (" + e.error() + ": " + e.getMessage() + ")", e);
        }
    }

    private void contain(int partition, long position) {
        contained[partition] = Math.max(contained[partition], position);
    }

    /** Snapshots are of what has been decided: what they contain lies before the group's position and the log's end. */
    private void requirePast(int partition, long end, @Nullable CommittedPosition committed) throws UnusableException {
        String contains = "the snapshots contain partition " + partition + " of " + Topics.TRANSACTIONS.topicName()
                + " up to offset " + contained[partition];
        if (contained[partition] > end) {
            throw new UnusableException(
                    contains + ", but it ends at " + end + ": records were lost, or the topic was made anew",
                    "restore the topic from a backup; or " + startOver(),
                    null);
        }
        if (committed != null && committed.offset() < contained[partition]) {
            throw new UnusableException(
                    contains + ", but the group has decided only up to " + committed.offset()
                            + ": its position was set back",
                    "stop all engines and set the group's position of the partition to " + contained[partition]
                            + " (kafka-consumer-groups --reset-offsets --to-offset " + contained[partition] + ")",
                    null);
        }
    }

    private static void check(LogRecord record, boolean intact, int formatVersion) throws UnusableException {
        if (!intact) {
            throw unusable(record, "its checksum does not fit: it was damaged", null);
        }
        if (formatVersion != DecisionStateMachine.STATE_FORMAT) {
            throw unusable(
                    record,
                    "its state has format version " + formatVersion + ", and this build reads version "
                            + DecisionStateMachine.STATE_FORMAT,
                    null);
        }
    }

    private void warnOfGaps(long[] from, long[] beginnings) {
        for (int partition = 0; partition < partitions; partition++) {
            if (beginnings[partition] > from[partition]) {
                log.warn(
                        "offsets {} to {} of partition {} of {} are in no snapshot, and retention has deleted them: the "
                                + "state lacks these events. Keep them for longer than an engine may be away "
                                + "(retention.ms)",
                        from[partition],
                        beginnings[partition] - 1,
                        partition,
                        Topics.TRANSACTIONS.topicName());
            }
        }
    }

    private String otherPartitions(int found) {
        return "it has positions of " + found + " partitions, and there are " + partitions;
    }

    private static UnusableException unusable(LogRecord record, String why, @Nullable Throwable cause) {
        byte[] keyBytes = record.key();
        String key = keyBytes == null ? "" : new String(keyBytes, java.nio.charset.StandardCharsets.UTF_8);
        String what = "the snapshot with key " + key + " at " + record.topic() + "/" + record.partition() + " offset "
                + record.offset() + " cannot be used: " + why;
        if (record.topic().equals(Topics.ENTITY_PROFILES.topicName())) { // accounts need every entity that they name
            return new UnusableException(
                    what,
                    "restore the topic from a backup; or run the version that wrote it; or " + startOver(),
                    cause);
        }
        return new UnusableException(
                what,
                "restore the topic from a backup; or run the version that wrote it; or, accepting that " + key
                        + " starts empty, write a tombstone for the key (kafka-console-producer --topic "
                        + record.topic()
                        + " --reader-property parse.key=true --reader-property null.marker=NULL, and the line " + key
                        + "<tab>NULL); the engine tries again by itself",
                cause);
    }

    private static String startOver() {
        return "accepting that everything before the beginning of the log is forgotten, delete "
                + Topics.ACCOUNT_PROFILES.topicName() + " and " + Topics.ENTITY_PROFILES.topicName()
                + " and create them again (weir topics --apply)";
    }

    /** Some snapshot cannot be used. */
    static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String remedy;

        UnusableException(String message, String remedy, @Nullable Throwable cause) {
            super(message, cause);
            this.remedy = remedy;
        }

        /** What a person can do where the log does not reach back far enough to do without snapshots. */
        String remedy() {
            return remedy;
        }
    }
}
