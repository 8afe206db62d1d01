package io.weir.load.report;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/** A report for programs. What could not be measured is {@code null}: JSON has no {@code NaN}. */
final class JsonReport {
    private JsonReport() {}

    static JsonObject of(Report report) {
        JsonArray targets = new JsonArray();
        report.targets()
                .forEach(each -> targets.add(new JsonObject()
                        .put("what", each.what())
                        .put("target", each.target())
                        .put("measured", each.measured())
                        .put("verdict", each.verdict().name())));
        JsonArray sections = new JsonArray();
        report.sections().forEach(section -> sections.add(section(section)));
        Machine machine = report.machine();
        return new JsonObject()
                .put("at", report.at().toString())
                .put("command", report.command())
                .put("commit", report.commit())
                .put(
                        "machine",
                        new JsonObject()
                                .put("cpu", machine.cpu())
                                .put("cores", machine.cores())
                                .put("memoryBytes", machine.memoryBytes())
                                .put("system", machine.system())
                                .put("java", machine.java())
                                .put("load", value(machine.load())))
                .put("targets", targets)
                .put("sections", sections);
    }

    private static JsonObject section(Section section) {
        JsonObject values = new JsonObject();
        section.values().forEach((name, value) -> values.put(name, value(value)));
        JsonArray notes = new JsonArray();
        section.notes().forEach(notes::add);
        JsonArray tables = new JsonArray();
        section.tables().forEach(table -> tables.add(table(table)));
        JsonArray plots = new JsonArray();
        section.plots().forEach(plot -> plots.add(plot(plot)));
        JsonObject histograms = new JsonObject();
        section.histograms().keySet().forEach(name -> histograms.put(name, Report.histogramFile(section, name)));
        JsonObject json = new JsonObject()
                .put("id", section.id())
                .put("title", section.title())
                .put("seconds", value(section.seconds()));
        if (section.failure() != null) {
            json.put("failure", section.failure());
        }
        return json.put("values", values)
                .put("notes", notes)
                .put("tables", tables)
                .put("plots", plots)
                .put("histograms", histograms);
    }

    private static JsonObject table(Table table) {
        JsonArray rows = new JsonArray();
        table.rows().forEach(row -> {
            JsonArray cells = new JsonArray();
            row.forEach(cell -> cells.add(value(cell)));
            rows.add(cells);
        });
        JsonArray columns = new JsonArray();
        table.columns().forEach(columns::add);
        return new JsonObject()
                .put("caption", table.caption())
                .put("columns", columns)
                .put("rows", rows);
    }

    private static JsonObject plot(Plot plot) {
        JsonObject json = new JsonObject().put("title", plot.title());
        switch (plot) {
            case Plot.Lines lines -> {
                JsonArray series = new JsonArray();
                lines.series()
                        .forEach(each -> series.add(new JsonObject()
                                .put("name", each.name())
                                .put("x", array(each.x()))
                                .put("y", array(each.y()))));
                json.put("x", axis(lines.x())).put("y", axis(lines.y())).put("series", series);
            }
            case Plot.Bars bars -> {
                JsonObject values = new JsonObject();
                for (Map.Entry<String, Double> bar : bars.bars().entrySet()) {
                    values.put(bar.getKey(), value(bar.getValue()));
                }
                json.put("unit", bars.unit()).put("bars", values);
            }
        }
        return json;
    }

    private static JsonObject axis(Plot.Axis axis) {
        return new JsonObject()
                .put("label", axis.label())
                .put("scale", axis.scale().name());
    }

    private static JsonArray array(double[] values) {
        JsonArray array = new JsonArray();
        for (double value : values) {
            array.add(value(value));
        }
        return array;
    }

    @SuppressWarnings("NullAway") // JsonObject and JsonArray take null for a value
    private static Object value(Object value) {
        return value instanceof Double number && !Double.isFinite(number) ? null : value;
    }
}
