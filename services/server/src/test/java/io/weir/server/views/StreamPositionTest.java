package io.weir.server.views;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StreamPositionTest {
    @Test
    void isReadBackFromItsText() {
        StreamPosition position = new StreamPosition();
        assertThat(position).hasToString("-");
        position.pass(3, 77);
        position.pass(0, 812);
        position.pass(0, 5); // never back
        assertThat(position).hasToString("0-812.3-77");

        StreamPosition parsed = StreamPosition.parse("0-812.3-77");
        assertThat(parsed).hasToString("0-812.3-77");
        assertThat(parsed.isPast(0, 812)).isTrue();
        assertThat(parsed.isPast(0, 813)).isFalse();
        assertThat(parsed.isPast(1, 0)).isFalse();
        assertThat(parsed.isPast(9, 0)).isFalse();
        assertThat(StreamPosition.parse("-")).hasToString("-");
    }

    @Test
    void coversWhatIsNowhereFurther() {
        StreamPosition position = StreamPosition.parse("0-10.2-5");
        assertThat(position.covers(StreamPosition.parse("-"))).isTrue();
        assertThat(position.covers(StreamPosition.parse("0-10"))).isTrue();
        assertThat(position.covers(StreamPosition.parse("0-11"))).isFalse();
        assertThat(position.covers(StreamPosition.parse("1-0"))).isFalse();
        assertThat(position.covers(StreamPosition.parse("3-0"))).isFalse();
    }

    @Test
    void refusesAnythingElse() {
        for (String wrong : List.of(
                "",
                "x",
                "0",
                "0-",
                "-0",
                "0-1.",
                ".0-1",
                "0-1,1-1",
                "-1-5",
                "0--5",
                "10000-1",
                "2147483647-1",
                "0-9223372036854775807",
                "0-9223372036854775808",
                "0-1\n",
                "0 -1")) {
            assertThat(StreamPosition.parse(wrong)).as("'%s'", wrong).isNull();
        }
    }
}
