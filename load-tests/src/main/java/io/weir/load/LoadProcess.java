package io.weir.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Load over HTTP from a process of its own. The server's meters are read before and after what is measured, while nothing
 * is in flight.
 *
 * <p>Arguments: host, port, {@link TransactionFile}, directory for the files below, and the {@link LoadPlan}: burst, rate,
 * seconds of warm-up, seconds.
 */
public final class LoadProcess {
    /** In the directory: the {@link LoadResult}. */
    public static final String RESULT = "result.json";
    /** In the directory: {@code /metrics} before the measured part. */
    public static final String BEFORE = "before.txt";
    /** In the directory: {@code /metrics} after it. */
    public static final String AFTER = "after.txt";

    private LoadProcess() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        String host = arguments[0];
        int port = Integer.parseInt(arguments[1]);
        Path directory = Path.of(arguments[3]);
        LoadPlan plan = LoadPlan.of(arguments, 4);
        URI metrics = URI.create("http://" + host + ":" + port + "/metrics");
        try (BufferedReader transactions = Files.newBufferedReader(Path.of(arguments[2]));
                HttpLoad load = new HttpLoad(host, port)) {
            var bodies = transactions.lines().iterator();
            load.burst(bodies, plan.burst());
            if (plan.warmUp() > 0) {
                load.run(bodies, plan.perSecond(), 0, plan.warmUp());
            }
            Files.writeString(directory.resolve(BEFORE), get(metrics));
            LoadResult result = load.run(bodies, plan.perSecond(), 0, plan.measured());
            Files.writeString(directory.resolve(AFTER), get(metrics));
            result.write(directory.resolve(RESULT));
        }
    }

    private static String get(URI uri) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
