package io.weir.server.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.weir.events.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeTopicsTest {
    private static final String REMEDY =
            "README.md must hold the output of \"weir topics --markdown\" between the lines " + TopicsTable.BEGIN
                    + " and " + TopicsTable.END + "; it should be:\n" + TopicsTable.markdown();

    @Test
    void theTableNamesEveryTopic() {
        assertThat(TopicsTable.markdown().lines())
                .hasSize(Topics.values().length + 2)
                .allMatch(line -> line.startsWith("|") && line.endsWith("|"));
        for (Topics topic : Topics.values()) {
            assertThat(TopicsTable.markdown()).contains("| `" + topic.topicName() + "` | " + topic.key() + " |");
        }
    }

    @Test
    void readmeHoldsTheTable() throws Exception {
        Path readme = Path.of(System.getProperty("weir.home"), "README.md");
        assumeThat(readme).exists();
        String text = Files.readString(readme);

        int begin = text.indexOf(TopicsTable.BEGIN);
        int end = text.indexOf(TopicsTable.END);
        assertThat(begin >= 0 && end > begin).as(REMEDY).isTrue();
        assertThat(text.substring(begin + TopicsTable.BEGIN.length(), end).strip())
                .as(REMEDY)
                .isEqualTo(TopicsTable.markdown().strip());
    }
}
