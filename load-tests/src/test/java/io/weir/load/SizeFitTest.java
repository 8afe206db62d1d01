package io.weir.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SizeFitTest {
    @Test
    void whatAnEntityTakesAndWhatAnEventAddsAreToldApart() {
        double[] entities = {100, 100, 100, 1_000};
        double[] events = {100, 1_000, 6_000, 1_000};
        double[] bytes = new double[entities.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = 250 * entities[i] + 16 * events[i];
        }
        SizeFit fit = SizeFit.of(entities, events, bytes);
        assertThat(fit.perEntity()).isCloseTo(250, within(1e-6));
        assertThat(fit.perEvent()).isCloseTo(16, within(1e-6));
    }

    @Test
    void measurementsWithTheSameNumberOfEventsEachTellNothing() {
        SizeFit fit = SizeFit.of(new double[] {10, 20}, new double[] {10, 20}, new double[] {100, 200});
        assertThat(fit.perEntity()).isNaN();
        assertThat(fit.perEvent()).isNaN();
    }
}
