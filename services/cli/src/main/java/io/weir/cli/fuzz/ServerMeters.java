package io.weir.cli.fuzz;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** One reading of a server's {@code /metrics}. */
record ServerMeters(String text) {
    private static final int TIMEOUT_MS = 5_000;

    static ServerMeters read(String url) throws IOException {
        return new ServerMeters(get(url + "/metrics"));
    }

    /** What {@code url} answers with. */
    static String get(String url) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MS);
        connection.setReadTimeout(TIMEOUT_MS);
        try {
            return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            connection.disconnect();
        }
    }

    /** The sum of the lines that begin with {@code meter}, which may end in the middle of labels; 0 if there is none. */
    double value(String meter) {
        return text.lines()
                .filter(line -> line.startsWith(meter))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
