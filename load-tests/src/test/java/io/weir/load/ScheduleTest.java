package io.weir.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void requestsAreDueAtEqualDistances() {
        Schedule schedule = new Schedule(5_000, 1_000);
        assertThat(schedule.dueNs(0)).isEqualTo(5_000);
        assertThat(schedule.dueNs(1)).isEqualTo(1_005_000);
        assertThat(schedule.dueNs(60_000)).isEqualTo(Duration.ofMinutes(1).toNanos() + 5_000);
    }

    @Test
    void whoWaitsIsNeverEarly() throws Exception {
        Schedule schedule = new Schedule(System.nanoTime(), 200);
        for (int i = 0; i < 10; i++) {
            schedule.await(i);
            assertThat(System.nanoTime() - schedule.dueNs(i)).isNotNegative();
        }
    }

    @Test
    void whatIsLateIsDueAsItWas() throws Exception {
        Schedule schedule = new Schedule(System.nanoTime() - Duration.ofHours(1).toNanos(), 10);
        long dueNs = schedule.dueNs(7);
        schedule.await(7); // returns, an hour late
        assertThat(schedule.dueNs(7)).isEqualTo(dueNs);
    }

    @Test
    void aPlanCountsItsRequestsAndTravelsAsArguments() {
        LoadPlan plan = new LoadPlan(100, 250, 2, 10);
        assertThat(plan.warmUp()).isEqualTo(500);
        assertThat(plan.measured()).isEqualTo(2_500);
        assertThat(plan.requests()).isEqualTo(3_100);
        assertThat(LoadPlan.of(plan.arguments(), 0)).isEqualTo(plan);
        assertThatThrownBy(() -> new LoadPlan(0, 0, 0, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
