package io.weir.server.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.server.topics.TopicPlan.Change;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GroupPlanTest {
    private static final Map<String, String> DEFAULTS = Map.of(
            "consumer.session.timeout.ms", "45000",
            "consumer.heartbeat.interval.ms", "5000",
            "consumer.assignment.interval.ms", "1000");

    @Test
    void bothGroupsAreChangedToWhatATakeoverNeeds() {
        GroupPlan plan = GroupPlan.compare(
                GroupPlan.SESSION_TIMEOUT,
                Map.of("group.consumer.min.session.timeout.ms", "1000"),
                Map.of("weir-scorer", DEFAULTS, "weir-shadow", DEFAULTS));

        assertThat(plan.changes()).containsOnlyKeys("weir-scorer", "weir-shadow");
        assertThat(plan.changes().get("weir-scorer"))
                .contains(new Change("consumer.session.timeout.ms", "45000", "2000"));
        assertThat(plan.notes()).isEmpty();
    }

    @Test
    void whereMachinesStandStillTheSessionMayBeLonger() {
        GroupPlan plan = GroupPlan.compare(
                Duration.ofSeconds(6), Map.of(), Map.of("weir-scorer", DEFAULTS, "weir-shadow", DEFAULTS));

        assertThat(plan.changes().get("weir-scorer"))
                .contains(
                        new Change("consumer.session.timeout.ms", "45000", "6000"),
                        new Change("consumer.heartbeat.interval.ms", "5000", "200"));
    }

    @Test
    void theBrokersLowerBoundIsKeptAndSaid() {
        GroupPlan plan = GroupPlan.compare(
                GroupPlan.SESSION_TIMEOUT,
                Map.of("group.consumer.min.session.timeout.ms", "45000"),
                Map.of("weir-scorer", DEFAULTS, "weir-shadow", DEFAULTS));

        assertThat(plan.changes().get("weir-scorer"))
                .extracting(Change::name)
                .doesNotContain("consumer.session.timeout.ms");
        assertThat(plan.notes())
                .singleElement()
                .asString()
                .contains("below 45000")
                .contains("group.consumer.min.session.timeout.ms=2000");
    }

    @Test
    void aClusterThatKeepsNoSettingsForGroupsIsLeftAloneWithANote() {
        GroupPlan plan = GroupPlan.compare(
                GroupPlan.SESSION_TIMEOUT,
                Map.of("group.consumer.min.session.timeout.ms", "1000"),
                Map.of("weir-scorer", Map.of(), "weir-shadow", Map.of()));

        assertThat(plan.changes()).isEmpty();
        assertThat(plan.notes()).singleElement().asString().contains("group.consumer.session.timeout.ms=2000");
    }

    @Test
    void brokersThatOnlyKnowTheClassicProtocolNeedNothing() {
        GroupPlan plan = GroupPlan.compare(
                GroupPlan.SESSION_TIMEOUT,
                Map.of("group.min.session.timeout.ms", "6000"),
                Map.of("weir-scorer", Map.of(), "weir-shadow", Map.of()));

        assertThat(plan.changes()).isEmpty();
        assertThat(plan.notes()).isEmpty();
    }
}
