package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchCommandTest {
    private final StringWriter err = new StringWriter();
    private final CommandLine weir = Main.commandLine().setErr(new PrintWriter(err));

    @Test
    void aMeasurementThatThereIsNotIsWrongUsageAndThoseThereAreAreNamed() {
        assertThat(weir.execute("bench", "--only", "memory,speed")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no speed here; there are latency, ");
    }

    @Test
    void aSingleMeasurementMayBeNamedThoughItIsASubcommandAsWell() {
        assertThat(weir.execute(
                        "bench", "--only", "memory", "--bootstrap-servers", "there:9092", "--registry", "http://x"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("a stack of its own");
    }

    @Test
    void somebodyElsesClusterIsNotMeasured() {
        assertThat(weir.execute("bench", "--bootstrap-servers", "there:9092", "--registry", "http://there"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("a stack of its own");
    }

    @Test
    void restartIsStillAName() {
        assertThat(weir.execute("bench", "restart", "--transactions", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--transactions is 0");
    }
}
