package io.weir.server.log;

import io.weir.events.SchemaIds.SchemaUnavailableException;
import io.weir.events.Topics;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/**
 * What to do about what went wrong in an engine: the one table of errors and their classes.
 *
 * @param course what the engine does
 * @param reason a word for metrics
 * @param remedy what a person does; empty where none is needed
 * @param message what was said by the error that decided this: a producer that has failed before says no more than that
 */
public record Failure(Course course, String reason, String remedy, String message) {
    /** What an engine does about a failure. */
    public enum Course {
        /** Nothing is lost but time: the same transaction is tried again, a few times; then {@link #REBUILD}. */
        RETRY,
        /** The state may be ahead of what is committed: leave the group, wait, and build it anew from the log. */
        REBUILD,
        /** The same, for the engine decides nothing until a person has acted, and sees by itself when that is done. */
        AWAIT,
        /** Another try would fail or do harm: leave the group for good, so that others have the partitions. */
        STOP
    }

    private record Row(Class<? extends Throwable> type, Course course, String reason, String remedy) {}

    private static final String RESTART = ", then restart this instance";
    private static final String GRANT = "grant this instance's principal ";

    /** The first row that fits counts. */
    private static final List<Row> TABLE = List.of(
            new Row(
                    InstanceIdTakenException.class,
                    Course.STOP,
                    "instance-id-taken",
                    "give each running instance its own --instance-id" + RESTART),
            new Row(StateLostException.class, Course.AWAIT, "state-lost", ""), // its message says what to do
            new Row(
                    TransactionalIdAuthorizationException.class,
                    Course.STOP,
                    "authorization",
                    GRANT + "WRITE and DESCRIBE on the transactional ids that begin with weir-" + RESTART),
            new Row(
                    GroupAuthorizationException.class,
                    Course.STOP,
                    "authorization",
                    GRANT + "READ and DESCRIBE on the group that the message names" + RESTART),
            new Row(
                    AuthorizationException.class,
                    Course.STOP,
                    "authorization",
                    GRANT + "what the message names" + RESTART),
            new Row(
                    AuthenticationException.class,
                    Course.STOP,
                    "authentication",
                    "check the credentials in --kafka-config" + RESTART),
            new Row(
                    UnsupportedVersionException.class,
                    Course.STOP,
                    "unsupported-version",
                    "give --group-protocol auto or classic, or upgrade the brokers" + RESTART),
            new Row(
                    RecordTooLargeException.class,
                    Course.STOP,
                    "record-too-large",
                    "run weir topics --apply, which sets max.message.bytes of our topics" + RESTART),
            new Row(
                    InvalidTxnTimeoutException.class,
                    Course.STOP,
                    "configuration",
                    "raise transaction.max.timeout.ms of the brokers" + RESTART),
            new Row(ConfigException.class, Course.STOP, "configuration", "correct --kafka-config" + RESTART),
            // The coordinator's words for a transaction that it timed out, the last of these, as well as for another
            // process under our id; the group knows which: see GroupMember.isReplaced.
            new Row(ProducerFencedException.class, Course.REBUILD, "fenced", ""),
            new Row(InvalidProducerEpochException.class, Course.REBUILD, "fenced", ""),
            new Row(InvalidTxnStateException.class, Course.REBUILD, "transaction-state", ""),
            new Row(InvalidPidMappingException.class, Course.REBUILD, "transactional-id-expired", ""),
            new Row(OutOfOrderSequenceException.class, Course.REBUILD, "sequence", ""),
            new Row(SchemaUnavailableException.class, Course.REBUILD, "registry", ""),
            new Row(CommitFailedException.class, Course.RETRY, "rebalanced", ""));

    /** The class of a failure: that of the outermost in its chain of causes that is in the table. */
    public static Failure of(Throwable thrown) {
        boolean ofKafka = false;
        for (Throwable each = thrown; each != null; each = cause(each)) {
            if (each instanceof TopicAuthorizationException refused) {
                return new Failure(
                        Course.STOP,
                        "authorization",
                        rights(refused.unauthorizedTopics()) + RESTART,
                        String.valueOf(refused.getMessage()));
            }
            for (Row row : TABLE) {
                if (row.type.isInstance(each)) {
                    return new Failure(row.course, row.reason, row.remedy, String.valueOf(each.getMessage()));
                }
            }
            ofKafka |= each instanceof KafkaException;
        }
        String message = String.valueOf(thrown.getMessage());
        // Timeouts, lost leaders and coordinators, aborted transactions: whatever Kafka says beside the table.
        return ofKafka
                ? new Failure(Course.RETRY, "brokers", "", message)
                : new Failure(Course.REBUILD, "fault", "", message);
    }

    /** What an engine must be allowed; Kafka names the topics alone. It reads back what it has written. */
    private static String rights(Set<String> topics) {
        if (topics.isEmpty()) {
            return GRANT + "what it needs on the topic";
        }
        return topics.stream()
                .sorted()
                .map(name -> {
                    Topics topic = Topics.named(name);
                    boolean writes = topic != null && topic.writers().contains("scorer");
                    return GRANT + (writes ? "READ, WRITE" : "READ") + " and DESCRIBE on topic " + name;
                })
                .collect(Collectors.joining("; "));
    }

    /** Whether it takes a person. */
    public boolean needsPerson() {
        return course == Course.STOP || course == Course.AWAIT;
    }

    private static @Nullable Throwable cause(Throwable thrown) {
        return thrown.getCause() == thrown ? null : thrown.getCause();
    }
}
