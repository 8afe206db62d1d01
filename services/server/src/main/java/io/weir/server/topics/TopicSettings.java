package io.weir.server.topics;

import static java.util.concurrent.TimeUnit.DAYS;
import static java.util.concurrent.TimeUnit.HOURS;

import io.weir.events.Topics;
import io.weir.events.Topics.Cleanup;
import io.weir.server.log.KafkaSettings;
import io.weir.server.log.SnapshotReader;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Every topic setting of Weir, with its reason. What is not named here is the broker's default on purpose. */
final class TopicSettings {
    static final String CLEANUP = "cleanup.policy";
    static final String RETENTION_MS = "retention.ms";
    static final String MIN_INSYNC = "min.insync.replicas";
    static final String MAX_MESSAGE_BYTES = "max.message.bytes";
    static final String UNLIMITED = "-1";

    private static final String RETENTION_BYTES = "retention.bytes";

    /**
     * Limits that an operator may have set higher, and that lowering could cost records: raised to what is needed here,
     * never lowered.
     */
    private static final Set<String> NEVER_LOWERED = Set.of(RETENTION_MS, RETENTION_BYTES, MAX_MESSAGE_BYTES);

    private TopicSettings() {}

    /** The settings of a topic that has {@code replicas} copies, in the order in which people read them. */
    static Map<String, String> of(Topics topic, int replicas) {
        Map<String, String> settings = new LinkedHashMap<>();
        if (topic.cleanup() == Cleanup.COMPACT) {
            compact(settings);
        } else {
            settings.put(CLEANUP, "delete");
            settings.put(RETENTION_MS, String.valueOf(topic.retentionMs()));
            // By time alone. A size limit among the broker's defaults would cut the control topic's history short.
            settings.put(RETENTION_BYTES, UNLIMITED);
        }
        // With three copies two must have a record before it counts: one broker may be lost without losing anything,
        // and
        // without stopping writes. Two copies cannot give both; then writing goes on.
        settings.put(MIN_INSYNC, replicas >= 3 ? "2" : "1");
        // A copy that lacks acknowledged records never becomes the leader: waiting is better than forgetting.
        settings.put("unclean.leader.election.enable", "false");
        // Retention counts from the append. Event time lies in the value: history that is replayed or imported would be
        // deleted by retention the moment it arrives if its records carried it.
        settings.put("message.timestamp.type", "LogAppendTime");
        if (topic == Topics.CONTROL) {
            // Whole policy documents and models.
            settings.put(MAX_MESSAGE_BYTES, String.valueOf(KafkaSettings.MAX_CONTROL_BYTES));
        }
        if (topic == Topics.DEAD_LETTERS) {
            // As many bytes of a record's key and value as a letter keeps, and its context on top; one that does not
            // fit would stop the stream.
            settings.put(MAX_MESSAGE_BYTES, String.valueOf(8 << 20));
        }
        if (topic.cleanup() == Cleanup.COMPACT) {
            // The largest snapshot, and what is around it.
            settings.put(MAX_MESSAGE_BYTES, String.valueOf(KafkaSettings.MAX_SNAPSHOT_BYTES + (1 << 20)));
        }
        return Collections.unmodifiableMap(settings);
    }

    private static void compact(Map<String, String> settings) {
        settings.put(CLEANUP, "compact");
        // A restore reads the whole topic, and every sweep rewrites every changed profile. Cleaning at a tenth of
        // outdated bytes instead of a half keeps what is read near what is needed; it costs the broker I/O only.
        settings.put("min.cleanable.dirty.ratio", "0.1");
        // The newest segment is never compacted. Its age and size bound what a restore reads in vain.
        settings.put("segment.ms", String.valueOf(HOURS.toMillis(1)));
        settings.put("segment.bytes", String.valueOf(128 << 20));
        // A restore reads up to an end while newer records come in behind it. For so long they do not displace what it
        // is
        // about to read.
        settings.put("min.compaction.lag.ms", String.valueOf(SnapshotReader.COMPACTION_LAG.toMillis()));
        // How long a tombstone stays: a reader that was away for less still sees that a profile is gone.
        settings.put("delete.retention.ms", String.valueOf(DAYS.toMillis(1)));
    }

    /** Whether {@code found} is a higher limit than {@code wanted}, which is left as it is. */
    static boolean exceeds(String name, String wanted, String found) {
        if (!NEVER_LOWERED.contains(name) || wanted.equals(found)) {
            return false;
        }
        try {
            return limit(found) > limit(wanted);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static long limit(String value) {
        return value.equals(UNLIMITED) ? Long.MAX_VALUE : Long.parseLong(value);
    }
}
