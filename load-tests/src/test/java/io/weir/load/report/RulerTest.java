package io.weir.load.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.load.report.Plot.Scale;
import io.weir.load.report.Ruler.Tick;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class RulerTest {
    @Test
    void aLinearAxisBeginsAtZeroAndEndsAtARoundFigure() {
        Ruler ruler = Ruler.over(Scale.LINEAR, DoubleStream.of(3, 87, Double.NaN), true);
        assertThat(labels(ruler)).containsExactly("0", "20", "40", "60", "80", "100");
        assertThat(ruler.position(50)).isEqualTo(0.5);
    }

    @Test
    void aLogarithmicAxisHasPowersOfTenAndNoPlaceForNothing() {
        Ruler ruler = Ruler.over(Scale.LOG, DoubleStream.of(1_000, 1_000_000, 0, -5), false);
        assertThat(labels(ruler)).containsExactly("1,000", "10k", "100k", "1M");
        assertThat(ruler.position(10_000)).isCloseTo(1 / 3.0, within(1e-9));
        assertThat(ruler.position(0)).isNaN();
    }

    @Test
    void aShortLogarithmicAxisHasTicksBetween() {
        assertThat(labels(Ruler.over(Scale.LOG, DoubleStream.of(3, 40), false)))
                .containsExactly("2", "5", "10", "20", "50");
    }

    @Test
    void onAPercentileAxisNinesAreEquallyFarApartAndAllIsAtTheEnd() {
        Ruler ruler = Ruler.over(Scale.PERCENTILE, DoubleStream.of(0, 50, 99.9, 100), false);
        assertThat(labels(ruler)).containsExactly("0 %", "90 %", "99 %", "99.9 %");
        assertThat(ruler.position(90)).isCloseTo(1 / 3.0, within(1e-9));
        assertThat(ruler.position(100)).isEqualTo(1);
    }

    @Test
    void nothingAndASingleValueHaveAnAxisToo() {
        for (Scale scale : Scale.values()) {
            for (Ruler ruler : List.of(
                    Ruler.over(scale, DoubleStream.empty(), true),
                    Ruler.over(scale, DoubleStream.of(Double.NaN, Double.POSITIVE_INFINITY), true),
                    Ruler.over(scale, DoubleStream.of(42), false))) {
                assertThat(ruler.to()).isGreaterThan(ruler.from());
                assertThat(ruler.ticks())
                        .hasSizeBetween(2, 20)
                        .allMatch(tick -> tick.position() > -1e-9 && tick.position() < 1 + 1e-9);
            }
        }
    }

    private static List<String> labels(Ruler ruler) {
        return ruler.ticks().stream().map(Tick::label).toList();
    }
}
