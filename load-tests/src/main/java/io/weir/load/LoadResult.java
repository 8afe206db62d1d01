package io.weir.load;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What a measuring client found in the part of its schedule that is measured. Latencies are of answered requests, from when
 * they were due; lateness is the client's own, from when a request was due to when it was sent.
 *
 * @param perSecond the schedule's rate
 * @param achievedPerSecond the rate at which requests were sent
 * @param outcomes how many requests ended how, by a word
 * @param latencies microseconds
 * @param lateness microseconds
 */
public record LoadResult(
        double perSecond,
        double achievedPerSecond,
        Map<String, Long> outcomes,
        Histogram latencies,
        Histogram lateness) {
    /** Sent at less than this share of the rate, the schedule was not kept. */
    private static final double KEPT = 0.99;

    /** Whether requests were sent at the rate that was asked for. Where not, latencies are those of a queue that grew. */
    public boolean keptSchedule() {
        return achievedPerSecond >= KEPT * perSecond;
    }

    /** How many requests ended that way. */
    public long count(String outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }

    /** The latency that {@code percent} did not exceed, in milliseconds; {@code NaN} if nothing was answered. */
    public double percentileMs(double percent) {
        return latencies.getTotalCount() == 0 ? Double.NaN : latencies.getValueAtPercentile(percent) / 1e3;
    }

    /** Milliseconds; {@code NaN} if nothing was answered. */
    public double meanMs() {
        return latencies.getTotalCount() == 0 ? Double.NaN : latencies.getMean() / 1e3;
    }

    /** Writes it for the process that waits for it. */
    public void write(Path file) throws IOException {
        JsonObject json = new JsonObject()
                .put("perSecond", perSecond)
                .put("achievedPerSecond", achievedPerSecond)
                .put("outcomes", new JsonObject(new LinkedHashMap<>(outcomes)))
                .put("latencies", encoded(latencies))
                .put("lateness", encoded(lateness));
        Files.writeString(file, json.encode());
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException when there is no such thing
     */
    public static LoadResult read(Path file) throws IOException {
        JsonObject json = new JsonObject(Files.readString(file));
        Map<String, Long> outcomes = new LinkedHashMap<>();
        JsonObject counts = json.getJsonObject("outcomes");
        counts.fieldNames().forEach(word -> outcomes.put(word, counts.getLong(word)));
        return new LoadResult(
                json.getDouble("perSecond"),
                json.getDouble("achievedPerSecond"),
                outcomes,
                decoded(json.getString("latencies")),
                decoded(json.getString("lateness")));
    }

    private static String encoded(Histogram histogram) {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
    }

    private static Histogram decoded(String text) throws IOException {
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(text)), 0);
        } catch (DataFormatException e) {
            throw new IOException("no histogram: " + text, e);
        }
    }
}
