package io.weir.server.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.server.topics.TopicPlan.Change;
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
                Map.of("group.consumer.min.session.timeout.ms", "3000"),
                Map.of("weir-scorer", DEFAULTS, "weir-shadow", DEFAULTS));

        assertThat(plan.changes()).containsOnlyKeys("weir-scorer", "weir-shadow");
        assertThat(plan.changes().get("weir-scorer"))
                .contains(new Change("consumer.session.timeout.ms", "45000", "5000"));
        assertThat(plan.notes()).isEmpty();
    }

    @Test
    void theBrokersLowerBoundIsKeptAndSaid() {
        GroupPlan plan = GroupPlan.compare(
                Map.of("group.consumer.min.session.timeout.ms", "45000"),
                Map.of("weir-scorer", DEFAULTS, "weir-shadow", DEFAULTS));

        assertThat(plan.changes().get("weir-scorer"))
                .extracting(Change::name)
                .doesNotContain("consumer.session.timeout.ms");
        assertThat(plan.notes())
                .singleElement()
                .asString()
                .contains("below 45000")
                .contains("group.consumer.min.session.timeout.ms=5000");
    }

    @Test
    void aClusterThatKeepsNoSettingsForGroupsIsLeftAloneWithANote() {
        GroupPlan plan = GroupPlan.compare(
                Map.of("group.consumer.min.session.timeout.ms", "1000"),
                Map.of("weir-scorer", Map.of(), "weir-shadow", Map.of()));

        assertThat(plan.changes()).isEmpty();
        assertThat(plan.notes()).singleElement().asString().contains("group.consumer.session.timeout.ms=5000");
    }

    @Test
    void brokersThatOnlyKnowTheClassicProtocolNeedNothing() {
        GroupPlan plan = GroupPlan.compare(
                Map.of("group.min.session.timeout.ms", "6000"),
                Map.of("weir-scorer", Map.of(), "weir-shadow", Map.of()));

        assertThat(plan.changes()).isEmpty();
        assertThat(plan.notes()).isEmpty();
    }
}
