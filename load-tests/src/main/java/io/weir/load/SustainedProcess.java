package io.weir.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Finds the highest rate over HTTP whose p99 stays under a limit, from a process of its own.
 *
 * <p>Arguments: host, port, {@link TransactionFile}, how many transactions it has, directory for the steps, requests of the
 * burst, first rate, seconds of a step, {@link RateSearch}'s within, limit in milliseconds.
 */
public final class SustainedProcess {
    /** Of each step, for the queue that the step before may have left, and for compilers. */
    private static final double LEAD_IN_SECONDS = 2;

    private SustainedProcess() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int left = Integer.parseInt(arguments[3]);
        Path directory = Path.of(arguments[4]);
        int burst = Integer.parseInt(arguments[5]);
        double seconds = Double.parseDouble(arguments[7]);
        double limitMs = Double.parseDouble(arguments[9]);
        RateSearch search = new RateSearch(Double.parseDouble(arguments[6]), Double.parseDouble(arguments[8]));
        try (BufferedReader transactions = Files.newBufferedReader(Path.of(arguments[2]));
                HttpLoad load = new HttpLoad(arguments[0], Integer.parseInt(arguments[1]))) {
            var bodies = transactions.lines().iterator();
            load.burst(bodies, burst);
            left -= burst;
            int step = 1;
            for (double rate = search.next(); !Double.isNaN(rate); rate = search.next()) {
                LoadPlan plan = new LoadPlan(0, rate, LEAD_IN_SECONDS, seconds);
                if (plan.requests() > left) {
                    return; // the steps say how far it came
                }
                left -= plan.requests();
                LoadResult result = load.run(bodies, rate, plan.warmUp(), plan.measured());
                result.write(step(directory, step++));
                search.tried(holds(result, limitMs));
            }
        }
    }

    /** Where a step's result is written, from 1. */
    public static Path step(Path directory, int step) {
        return directory.resolve(String.format(Locale.ROOT, "step-%02d.json", step));
    }

    /** Whether a rate holds: sent as scheduled, all decided in the response, p99 under the limit. */
    public static boolean holds(LoadResult result, double limitMs) {
        return result.keptSchedule()
                && result.count(HttpLoad.PENDING) + result.count(HttpLoad.REFUSED) + result.count(HttpLoad.FAILED) == 0
                && result.percentileMs(99) < limitMs;
    }
}
