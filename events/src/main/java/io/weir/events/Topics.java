package io.weir.events;

import static java.util.concurrent.TimeUnit.DAYS;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every topic, in one place: provisioning, the table in README and the access rules are derived from it, and a test fails
 * on a topic name written anywhere else.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists are made by List.of
public enum Topics {
    TRANSACTIONS(
            "weir.transactions",
            "account id",
            List.of(TransactionSubmitted.TYPE, TransactionLabelled.TYPE),
            Partitioning.BY_ACCOUNT,
            Cleanup.DELETE,
            DAYS.toMillis(7),
            List.of("gateway", "connectors", "operator"),
            List.of("scorer", "views", "audit")),
    DECISIONS(
            "weir.decisions",
            "account id",
            List.of(TransactionDecided.TYPE),
            Partitioning.BY_ACCOUNT,
            Cleanup.DELETE,
            DAYS.toMillis(7),
            List.of("scorer"),
            List.of("gateway", "views", "audit")),
    FRAUD_ALERTS(
            "weir.fraud-alerts",
            "account id",
            List.of(FraudAlertRaised.TYPE),
            Partitioning.BY_ACCOUNT,
            Cleanup.DELETE,
            DAYS.toMillis(7),
            List.of("scorer"),
            List.of("your services", "views", "webhooks")),
    DUPLICATES(
            "weir.duplicates",
            "account id",
            List.of(DuplicateDetected.TYPE),
            Partitioning.BY_ACCOUNT,
            Cleanup.DELETE,
            DAYS.toMillis(7),
            List.of("scorer"),
            List.of("gateway", "audit")),
    CONTROL(
            "weir.control",
            "policy, model or list id",
            List.of(
                    ModelPublished.TYPE,
                    PolicyPublished.TYPE,
                    PolicyShadowed.TYPE,
                    PolicyActivationRequested.TYPE,
                    PolicyActivated.TYPE,
                    ListChanged.TYPE,
                    RuleShadowed.TYPE),
            Partitioning.SINGLE,
            Cleanup.DELETE,
            Topics.FOREVER,
            List.of("admin"),
            List.of("scorer", "audit", "views")),
    ACCOUNT_PROFILES(
            "weir.account-profiles",
            "account id",
            List.of(AccountSnapshot.TYPE),
            Partitioning.BY_ACCOUNT,
            Cleanup.COMPACT,
            Topics.FOREVER,
            List.of("scorer"),
            List.of("scorer", "views", "audit")),
    ENTITY_PROFILES(
            "weir.entity-profiles",
            "kind:id",
            List.of(EntitySnapshot.TYPE, SweepCompleted.TYPE),
            Partitioning.BY_ENTITY,
            Cleanup.COMPACT,
            Topics.FOREVER,
            List.of("scorer"),
            List.of("scorer", "views", "audit")),
    SHADOW_DECISIONS(
            "weir.shadow-decisions",
            "account id",
            List.of(TransactionDecided.TYPE),
            Partitioning.BY_ACCOUNT,
            Cleanup.DELETE,
            DAYS.toMillis(7),
            List.of("shadow"),
            List.of("views", "audit")),
    DEAD_LETTERS(
            "weir.dead-letters",
            "source key",
            List.of(),
            Partitioning.BY_ACCOUNT,
            Cleanup.DELETE,
            DAYS.toMillis(30),
            List.of("scorer", "webhooks", "operator"),
            List.of("operator")),
    WEBHOOK_REDRIVES(
            "weir.webhook-redrives",
            "account id",
            List.of(),
            Partitioning.BY_ACCOUNT,
            Cleanup.DELETE,
            DAYS.toMillis(7),
            List.of("operator"),
            List.of("webhooks"));

    /** Retention without end. */
    public static final long FOREVER = -1;

    /** Partitions of the topics that are keyed by account, unless provisioning is told another number. */
    public static final int DEFAULT_PARTITIONS = 4;

    /** How a topic's partition count follows from the deployment's. */
    public enum Partitioning {
        /** By account id; all such topics have the same count, so that partition n of one belongs to n of the others. */
        BY_ACCOUNT,
        /** By entity; the same count, without the correspondence. */
        BY_ENTITY,
        /** One partition: a total order. */
        SINGLE
    }

    /** What the broker does with old records. */
    public enum Cleanup {
        DELETE,
        COMPACT
    }

    private final String topicName;
    private final String key;
    private final List<EventType<?>> events;
    private final Partitioning partitioning;
    private final Cleanup cleanup;
    private final long retentionMs;
    private final List<String> writers;
    private final List<String> readers;

    Topics(
            String topicName,
            String key,
            List<EventType<?>> events,
            Partitioning partitioning,
            Cleanup cleanup,
            long retentionMs,
            List<String> writers,
            List<String> readers) {
        this.topicName = topicName;
        this.key = key;
        this.events = events;
        this.partitioning = partitioning;
        this.cleanup = cleanup;
        this.retentionMs = retentionMs;
        this.writers = writers;
        this.readers = readers;
    }

    /** The topic with this name, or null. */
    public static @Nullable Topics named(String topicName) {
        for (Topics topic : values()) {
            if (topic.topicName.equals(topicName)) {
                return topic;
            }
        }
        return null;
    }

    /** Its name on the broker. */
    public String topicName() {
        return topicName;
    }

    /** What its records are keyed by, in words. */
    public String key() {
        return key;
    }

    /** The event types that it carries; none where the values are not events (dead letters and what is made of them). */
    public List<EventType<?>> events() {
        return events;
    }

    /** How its partition count follows from the deployment's. */
    public Partitioning partitioning() {
        return partitioning;
    }

    /** Its partition count where the topics keyed by account have {@code accountPartitions}. */
    public int partitions(int accountPartitions) {
        return partitioning == Partitioning.SINGLE ? 1 : accountPartitions;
    }

    /** What the broker does with its old records. */
    public Cleanup cleanup() {
        return cleanup;
    }

    /** How long records are kept, in milliseconds, or {@link #FOREVER}. */
    public long retentionMs() {
        return retentionMs;
    }

    /** Who writes it. */
    public List<String> writers() {
        return writers;
    }

    /** Who reads it. */
    public List<String> readers() {
        return readers;
    }

    /** The registry's subject of an event type on this topic (TopicRecordNameStrategy). */
    public String subject(EventType<?> type) {
        return topicName + "-" + type.fullName();
    }
}
