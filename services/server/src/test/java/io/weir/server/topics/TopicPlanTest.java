package io.weir.server.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weir.events.Topics;
import io.weir.server.topics.TopicPlan.Action;
import io.weir.server.topics.TopicPlan.Existing;
import io.weir.server.topics.TopicPlan.Step;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TopicPlanTest {
    @Test
    void onAnEmptyClusterEveryTopicIsCreated() {
        TopicPlan plan = TopicPlan.fromNothing(6, 3);

        assertThat(plan.steps()).extracting(Step::topic).containsExactly(Topics.values());
        assertThat(plan.steps()).extracting(Step::action).containsOnly(Action.CREATE);
        assertThat(plan.isRefused()).isFalse();
        assertThat(plan.isFulfilled()).isFalse();
    }

    @Test
    void topicsOfOneAccountHaveTheSameCountAndControlHasOnePartition() {
        for (Step step : TopicPlan.fromNothing(6, 3).steps()) {
            assertThat(step.partitions())
                    .as(step.topic().topicName())
                    .isEqualTo(step.topic() == Topics.CONTROL ? 1 : 6);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 2, 1", "3, 3, 2", "50, 3, 2"})
    void copiesAreThreeWhereThereAreThreeBrokers(int brokers, int replicas, String minInsync) {
        for (Step step : TopicPlan.fromNothing(4, brokers).steps()) {
            assertThat(step.replicas()).isEqualTo(replicas);
            assertThat(step.settings()).containsEntry(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, minInsync);
        }
    }

    @Test
    void fewerBrokersThanCopiesAreANote() {
        assertThat(TopicPlan.fromNothing(4, 1).notes()).anyMatch(note -> note.contains("1 broker,"));
        assertThat(TopicPlan.fromNothing(4, 2).notes()).anyMatch(note -> note.contains("2 brokers,"));
        assertThat(TopicPlan.fromNothing(4, 3).notes()).isEmpty();
    }

    @Test
    void settingsThatMatterAreExplicit() {
        assertThat(TopicSettings.of(Topics.TRANSACTIONS, 3))
                .containsEntry(TopicConfig.CLEANUP_POLICY_CONFIG, "delete")
                .containsEntry(TopicConfig.RETENTION_MS_CONFIG, "604800000")
                .containsEntry(TopicConfig.RETENTION_BYTES_CONFIG, "-1")
                .containsEntry(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime")
                .containsEntry(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false");
        assertThat(TopicSettings.of(Topics.CONTROL, 3))
                .containsEntry(TopicConfig.CLEANUP_POLICY_CONFIG, "delete")
                .containsEntry(TopicConfig.RETENTION_MS_CONFIG, "-1")
                .containsEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "9437184");
        assertThat(TopicSettings.of(Topics.ACCOUNT_PROFILES, 3))
                .containsEntry(TopicConfig.CLEANUP_POLICY_CONFIG, "compact")
                .containsEntry(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.1")
                .containsEntry(TopicConfig.SEGMENT_MS_CONFIG, "3600000")
                .containsEntry(TopicConfig.DELETE_RETENTION_MS_CONFIG, "86400000")
                .doesNotContainKey(TopicConfig.RETENTION_MS_CONFIG);
        assertThat(TopicSettings.of(Topics.DEAD_LETTERS, 3))
                .containsEntry(TopicConfig.RETENTION_MS_CONFIG, "2592000000");
    }

    @Test
    void whatIsThereAsItShouldBeIsLeftAlone() {
        TopicPlan plan = TopicPlan.compare(4, 3, asPlanned(4, 3));

        assertThat(plan.isFulfilled()).isTrue();
        assertThat(plan.notes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"3, 4", "12, 4"})
    void anotherPartitionCountIsRefusedWithFoundExpectedReasonAndRemedy(int found, int expected) {
        Map<Topics, Existing> existing = asPlanned(expected, 3);
        existing.put(Topics.DECISIONS, new Existing(found, 3, TopicSettings.of(Topics.DECISIONS, 3)));

        TopicPlan plan = TopicPlan.compare(expected, 3, existing);

        assertThat(plan.isRefused()).isTrue();
        assertThat(plan.refusals())
                .singleElement()
                .asString()
                .contains(
                        "weir.decisions has " + found + " partitions, expected " + expected,
                        "cannot be lowered",
                        "histories of accounts would be split",
                        "--partitions " + found,
                        "delete the topic");
    }

    @Test
    void aControlTopicWithSeveralPartitionsIsRefused() {
        Map<Topics, Existing> existing = asPlanned(4, 3);
        existing.put(Topics.CONTROL, new Existing(4, 3, TopicSettings.of(Topics.CONTROL, 3)));

        assertThat(TopicPlan.compare(4, 3, existing).refusals())
                .singleElement()
                .asString()
                .contains("weir.control has 4 partitions, expected 1", "one order")
                .doesNotContain("--partitions");
    }

    @ParameterizedTest
    @CsvSource({
        "TRANSACTIONS, compact, delete",
        "CONTROL, 'compact,delete', delete",
        "ACCOUNT_PROFILES, delete, compact",
        "ENTITY_PROFILES, 'delete,compact', compact"
    })
    void anotherCleanupIsRefused(Topics topic, String found, String expected) {
        Map<Topics, Existing> existing = asPlanned(4, 3);
        existing.put(topic, changed(existing, topic, TopicConfig.CLEANUP_POLICY_CONFIG, found));

        TopicPlan plan = TopicPlan.compare(4, 3, existing);

        assertThat(plan.refusals())
                .singleElement()
                .asString()
                .contains(
                        topic.topicName() + " has cleanup.policy=" + found + ", expected " + expected,
                        "Remedy",
                        "kafka-configs --alter --entity-type topics --entity-name " + topic.topicName());
    }

    @Test
    void nothingIsAlteredInATopicThatIsRefused() {
        Map<String, String> settings = new HashMap<>(TopicSettings.of(Topics.TRANSACTIONS, 3));
        settings.put(TopicConfig.RETENTION_MS_CONFIG, "1000");
        Map<Topics, Existing> existing = asPlanned(4, 3);
        existing.put(Topics.TRANSACTIONS, new Existing(1, 3, settings));

        assertThat(step(TopicPlan.compare(4, 3, existing), Topics.TRANSACTIONS).changes())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Topics.class)
    void everySettingThatDriftedIsAltered(Topics topic) {
        for (String name : TopicSettings.of(topic, 3).keySet()) {
            if (name.equals(TopicConfig.CLEANUP_POLICY_CONFIG)) {
                continue;
            }
            Map<Topics, Existing> existing = asPlanned(4, 3);
            existing.put(topic, changed(existing, topic, name, "1000"));

            Step step = step(TopicPlan.compare(4, 3, existing), topic);

            assertThat(step.action()).as(name).isEqualTo(Action.ALTER);
            assertThat(step.changes())
                    .as(name)
                    .containsExactly(new TopicPlan.Change(
                            name,
                            "1000",
                            String.valueOf(TopicSettings.of(topic, 3).get(name))));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TRANSACTIONS, retention.ms, 1209600000",
        "TRANSACTIONS, retention.ms, -1",
        "CONTROL, max.message.bytes, 16777216"
    })
    void aHigherLimitOfTheOperatorIsKeptAndNoted(Topics topic, String name, String value) {
        Map<Topics, Existing> existing = asPlanned(4, 3);
        existing.put(topic, changed(existing, topic, name, value));

        TopicPlan plan = TopicPlan.compare(4, 3, existing);

        assertThat(plan.isFulfilled()).isTrue();
        assertThat(plan.notes()).singleElement().asString().contains(topic.topicName(), name + "=" + value);
    }

    @Test
    void inSyncReplicasFollowFromTheCopiesThatThereAre() {
        Map<Topics, Existing> existing = asPlanned(4, 1);

        TopicPlan plan = TopicPlan.compare(4, 3, existing);

        assertThat(plan.isFulfilled())
                .as("min.insync.replicas=2 on one copy would stop every write")
                .isTrue();
        assertThat(plan.notes())
                .hasSize(Topics.values().length)
                .allMatch(note -> note.contains("has 1 replica, this cluster allows for 3"));
    }

    @Test
    void missingTopicsAreCreatedBesideExistingOnes() {
        Map<Topics, Existing> existing = asPlanned(4, 3);
        existing.keySet().removeAll(Set.of(Topics.DUPLICATES, Topics.DEAD_LETTERS));

        TopicPlan plan = TopicPlan.compare(4, 3, existing);

        assertThat(plan.steps())
                .filteredOn(step -> step.action() == Action.CREATE)
                .extracting(Step::topic)
                .containsExactly(Topics.DUPLICATES, Topics.DEAD_LETTERS);
    }

    @Test
    void aCountBelowOneIsNoPlan() {
        assertThatIllegalArgumentException().isThrownBy(() -> TopicPlan.fromNothing(0, 3));
    }

    private static Map<Topics, Existing> asPlanned(int partitions, int brokers) {
        Map<Topics, Existing> existing = new EnumMap<>(Topics.class);
        for (Step step : TopicPlan.fromNothing(partitions, brokers).steps()) {
            existing.put(step.topic(), new Existing(step.partitions(), step.replicas(), step.settings()));
        }
        return existing;
    }

    private static Existing changed(Map<Topics, Existing> existing, Topics topic, String name, String value) {
        Existing before = existing.get(topic);
        Map<String, String> settings = new HashMap<>(before.settings());
        settings.put(name, value);
        return new Existing(before.partitions(), before.replicas(), settings);
    }

    private static Step step(TopicPlan plan, Topics topic) {
        return plan.steps().get(topic.ordinal());
    }
}
