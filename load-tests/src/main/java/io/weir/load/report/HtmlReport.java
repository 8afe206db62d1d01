package io.weir.load.report;

import io.weir.load.report.Targets.Result;
import io.weir.load.report.Targets.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A report as one page that needs nothing beside it: no script, no font, no network. */
final class HtmlReport {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern(
                    "d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Markup out = new Markup();
    private final Report report;

    private HtmlReport(Report report) {
        this.report = report;
    }

    static String of(Report report) {
        return "<!DOCTYPE html>\n" + new HtmlReport(report).page();
    }

    private String page() {
        out.open("html", "lang", "en").line().open("head").line();
        out.empty("meta", "charset", "utf-8").line();
        out.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .line();
        out.element("title", "Weir, measured").line();
        out.element("style", style()).line().close().line();
        out.open("body").line();
        header();
        out.open("main").line();
        targets();
        report.sections().forEach(this::section);
        out.close().line().close().line().close().line();
        return out.toString();
    }

    private void header() {
        Machine machine = report.machine();
        out.open("header").line().element("h1", "Weir, measured").line();
        out.open("dl").line();
        fact("when", MINUTE.format(report.at()));
        fact("command", report.command());
        if (!report.commit().isEmpty()) {
            fact("commit", report.commit());
        }
        fact("machine", machine.text());
        if (!Double.isNaN(machine.load())) {
            fact(
                    "load before",
                    Numbers.text(machine.load()) + " (one-minute average; an idle machine has less than 0.5)");
        }
        out.close().line();
        out.open("nav");
        anchor("targets", "Targets");
        report.sections().forEach(section -> anchor(section.id(), section.title()));
        out.close().line().close().line();
    }

    private void fact(String name, String value) {
        out.element("dt", name).element("dd", value).line();
    }

    private void anchor(String id, String text) {
        out.element("a", text, "href", "#" + id).text(" ");
    }

    private void targets() {
        List<Result> results = report.targets();
        out.open("section", "id", "targets").line().element("h2", "Targets").line();
        out.element(
                        "p",
                        "Of %d targets %s met, %s not met, %s not measured in this run. On 2 cores, with everything on the machine."
                                .formatted(
                                        results.size(),
                                        count(results, Verdict.MET),
                                        count(results, Verdict.NOT_MET),
                                        count(results, Verdict.NOT_MEASURED)))
                .line();
        out.open("div", "class", "scroll").open("table", "class", "targets").line();
        out.open("thead").open("tr");
        for (String heading : List.of("what", "target", "", "measured")) {
            out.element("th", heading);
        }
        out.close().close().line().open("tbody").line();
        for (int i = 0; i < results.size(); i++) {
            Result result = results.get(i);
            String what = result.what();
            boolean first = i == 0 || !results.get(i - 1).what().equals(what);
            out.open("tr", "class", first ? "first" : "more");
            if (first) {
                long rows = results.stream()
                        .filter(each -> each.what().equals(what))
                        .count();
                out.element("td", what, "rowspan", String.valueOf(rows), "class", "what");
            }
            out.element("td", result.target()).open("td");
            verdict(result.verdict());
            out.close().element("td", result.measured()).close().line();
        }
        out.close().close().close().line().close().line();
    }

    private void verdict(Verdict verdict) {
        String mark =
                switch (verdict) {
                    case MET -> "✓ ";
                    case NOT_MET -> "✗ ";
                    case NOT_MEASURED -> "– ";
                };
        out.element(
                "span",
                mark + verdict.text(),
                "class",
                "verdict " + verdict.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    private static String count(List<Result> results, Verdict verdict) {
        long count = results.stream().filter(each -> each.verdict() == verdict).count();
        return count == 0 ? "none" : String.valueOf(count);
    }

    private void section(Section section) {
        out.open("section", "id", section.id()).line().open("h2").text(section.title());
        if (!Double.isNaN(section.seconds())) {
            out.text(" ").element("small", "measured in %s s".formatted(Numbers.text(Math.ceil(section.seconds()))));
        }
        out.close().line();
        String failure = section.failure();
        if (failure != null) {
            out.element("p", "Failed: " + failure, "class", "failure").line();
        }
        section.tables().forEach(this::table);
        section.plots().forEach(this::plot);
        section.notes().forEach(note -> out.element("p", note).line());
        if (!section.histograms().isEmpty()) {
            out.open("p").text("Distributions, for HdrHistogram's tools: ");
            section.histograms().keySet().forEach(name -> {
                String file = Report.histogramFile(section, name);
                out.element("a", file, "href", file).text(" ");
            });
            out.close().line();
        }
        out.close().line();
    }

    private void table(Table table) {
        out.open("div", "class", "scroll").open("table").line();
        out.element("caption", table.caption()).line().open("thead").open("tr");
        for (int column = 0; column < table.columns().size(); column++) {
            out.element("th", table.columns().get(column), "class", alignment(table, column));
        }
        out.close().close().line().open("tbody").line();
        for (List<Object> row : table.rows()) {
            out.open("tr");
            for (int column = 0; column < row.size(); column++) {
                out.element("td", Numbers.text(row.get(column)), "class", alignment(table, column));
            }
            out.close().line();
        }
        out.close().close().close().line();
    }

    private static String alignment(Table table, int column) {
        return table.isText(column) ? "text" : "number";
    }

    private void plot(Plot plot) {
        out.open("figure").line().element("figcaption", plot.title()).line();
        switch (plot) {
            case Plot.Lines lines -> LinesDrawing.draw(out, lines);
            case Plot.Bars bars -> BarsDrawing.draw(out, bars);
        }
        out.close().line();
    }

    private static String style() {
        try (InputStream style = HtmlReport.class.getResourceAsStream("report.css")) {
            return new String(Objects.requireNonNull(style, "report.css").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
