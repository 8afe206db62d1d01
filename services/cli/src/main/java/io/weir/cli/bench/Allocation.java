package io.weir.cli.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.cli.Stack;
import io.weir.load.HotPathAllocation;
import io.weir.load.report.Plot;
import io.weir.load.report.Plot.Axis;
import io.weir.load.report.Plot.Scale;
import io.weir.load.report.Plot.Series;
import io.weir.load.report.Section;
import io.weir.load.report.Table;
import io.weir.local.LocalHome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes allocated for a transaction by the thread that decides.
 *
 * @param before transactions decided before any is measured
 * @param transactions that are measured
 */
record Allocation(int before, int transactions) implements Measurement {
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    @Override
    public Section measure(Bench bench) throws IOException {
        bench.progress().say("Deciding %,d transactions in one thread, and counting bytes ...".formatted(transactions));
        List<String> arguments = new ArrayList<>(Stack.SERVER_JVM);
        arguments.addAll(List.of(
                "-cp",
                LocalHome.find().root().resolve("services/cli/target/lib") + "/*",
                HotPathAllocation.class.getName(),
                String.valueOf(before),
                String.valueOf(transactions)));
        JsonObject found = ChildOutput.json(bench, "allocation", arguments, PATIENCE);
        double decide = found.getDouble("decide");
        double fold = found.getDouble("fold");
        double growth = found.getDouble("growth");
        Table table = new Table("bytes a transaction", "", "allocated", "of that, state that stays");
        table.row("decode", found.getDouble("decode"), 0);
        table.row("fold", fold, growth);
        table.row("features, rules, model, reasons, decision", decide - fold, 0);
        table.row("encode", found.getDouble("encode"), 0);
        return new Section("allocation", "What the hot path allocates")
                .table(table)
                .plot(along(found))
                .value("hotPath.bytesPerTransaction", decide - growth)
                .value("decode.bytesPerTransaction", found.getDouble("decode"))
                .value("fold.bytesPerTransaction", fold)
                .value("stateGrowth.bytesPerTransaction", growth)
                .value("encode.bytesPerTransaction", found.getDouble("encode"))
                .note(
                        "As the JVM counts for one thread, with the server's flags, after %,d transactions. What stays is the heap in "
                                        .formatted(before)
                                + "use after the measured transactions less that before them, garbage collected. The hot path's figure is "
                                + "fold and decide less what stays; arrays left behind by those that grew are in it.");
    }

    private static Plot along(JsonObject found) {
        JsonArray along = found.getJsonArray("along");
        double[] x = new double[along.size()];
        double[] y = new double[along.size()];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i + 1.0) * found.getInteger("stretch");
            y[i] = along.getDouble(i);
        }
        return new Plot.Lines(
                "Fold and decide, along the measured transactions",
                new Axis("transactions", Scale.LINEAR),
                new Axis("bytes a transaction", Scale.LINEAR),
                List.of(new Series("allocated, growth of the state included", x, y)));
    }
}
