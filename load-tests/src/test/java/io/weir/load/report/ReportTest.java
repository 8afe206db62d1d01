package io.weir.load.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportTest {
    @TempDir
    private Path directory = Path.of("");

    private final Report report = SampleReport.report();

    @Test
    void theJsonHasEveryFigureAndNullForWhatCouldNotBeMeasured() throws IOException {
        report.write(directory);
        JsonObject json = new JsonObject(Files.readString(directory.resolve("report.json")));

        assertThat(json.getString("command")).isEqualTo(report.command());
        assertThat(json.getString("at")).isEqualTo(report.at().toString());
        assertThat(json.getJsonObject("machine").getString("cpu"))
                .isEqualTo(report.machine().cpu());
        assertThat(json.getJsonArray("targets")).hasSameSizeAs(report.targets());
        for (int i = 0; i < report.sections().size(); i++) {
            Section section = report.sections().get(i);
            JsonObject found = json.getJsonArray("sections").getJsonObject(i);
            assertThat(found.getString("id")).isEqualTo(section.id());
            assertThat(found.getString("failure")).isEqualTo(section.failure());
            JsonObject values = found.getJsonObject("values");
            section.values().forEach((name, value) -> assertThat(values.getDouble(name))
                    .isEqualTo(Double.isNaN(value) ? null : value));
            assertThat(found.getJsonArray("tables")).hasSameSizeAs(section.tables());
            assertThat(found.getJsonArray("plots")).hasSameSizeAs(section.plots());
        }
        JsonArray gap = json.getJsonArray("sections")
                .getJsonObject(2)
                .getJsonArray("plots")
                .getJsonObject(0)
                .getJsonArray("series")
                .getJsonObject(1)
                .getJsonArray("y");
        assertThat(gap).hasSize(4);
        assertThat(gap.getDouble(0)).isEqualTo(180e3);
        assertThat(gap.getValue(1)).isNull();
    }

    @Test
    void thePageIsWellFormedHasEverySectionAndNeedsNothingElse() throws Exception {
        report.write(directory);
        String page = Files.readString(directory.resolve("report.html"));

        Document document = parsed(page.substring("<!DOCTYPE html>".length()));
        List<String> ids = attributes(document.getElementsByTagName("section"), "id");
        assertThat(ids).containsExactly("targets", "latency", "throughput", "scale", "rebuild");
        assertThat(document.getElementsByTagName("figure").getLength()).isEqualTo(7);
        assertThat(document.getDocumentElement().getTextContent())
                .contains("A \"CPU\" <4 GHz>", "<b>not</b>", "the broker did not answer\n  <at all>", "not measured");
        assertThat(page).doesNotContain("NaN", "Infinity", "<script", "http://", "https://", "<b>not", "url(");
        assertThat(attributes(document.getElementsByTagName("a"), "href"))
                .allMatch(href -> href.startsWith("#") || Files.exists(directory.resolve(href)));
    }

    @Test
    void distributionsAreFilesInHdrHistogramsOwnFormInMilliseconds() throws IOException {
        report.write(directory);
        Histogram weir = report.sections().getFirst().histograms().get("Weir");
        assertThat(weir).isNotNull();
        double median = 0;
        try (BufferedReader lines = Files.newBufferedReader(directory.resolve("latency-Weir.hgrm"))) {
            assertThat(lines.readLine()).contains("Value", "Percentile", "TotalCount", "1/(1-Percentile)");
            for (String line = lines.readLine(); line != null && !line.startsWith("#"); line = lines.readLine()) {
                String[] columns = line.strip().split("\\s+");
                if (columns.length >= 3 && Double.parseDouble(columns[1]) <= 0.5) {
                    median = Double.parseDouble(columns[0]);
                }
            }
        }
        assertThat(median).isCloseTo(weir.getValueAtPercentile(50) / 1e3, within(0.01));
    }

    @Test
    void theTerminalIsToldWhatFailed() {
        assertThat(TextReport.of(report.sections().getLast())).contains("Failed: the broker did not answer");
    }

    @Test
    void aMachineThatDoesNotSayIsDescribedAllTheSame() {
        assertThat(Machine.value(directory.resolve("none"), "model name", ":", "unknown"))
                .isEqualTo("unknown");
        assertThat(Machine.describe().text()).contains(" core");
        assertThat(Commit.of(directory)).isEmpty();
    }

    private static Document parsed(String page) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(page)));
    }

    private static List<String> attributes(NodeList elements, String name) {
        return IntStream.range(0, elements.getLength())
                .mapToObj(i -> ((Element) elements.item(i)).getAttribute(name))
                .toList();
    }
}
