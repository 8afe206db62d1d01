package io.weir.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.server.deadletters.DeadLetter;
import io.weir.server.deadletters.DeadLetter.Redriven;
import io.weir.server.log.DeadLetterContext;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** The newest of some letters, and how many there are by error. */
final class DeadLetterList {
    private static final int MESSAGE_WIDTH = 70;
    private static final Comparator<DeadLetter> OLDEST_FIRST = Comparator.comparingLong(DeadLetter::timestampMs)
            .thenComparing(letter -> letter.position().partition())
            .thenComparing(letter -> letter.position().offset());

    private final int limit;
    private final PriorityQueue<DeadLetter> newest = new PriorityQueue<>(OLDEST_FIRST);
    private final Map<String, Long> byError = new TreeMap<>();
    private long count;
    private long redriven;

    DeadLetterList(int limit) {
        this.limit = limit;
    }

    void add(DeadLetter letter) {
        count++;
        redriven += letter.redriven() == null ? 0 : 1;
        byError.merge(letter.context().error(), 1L, Long::sum);
        newest.add(letter);
        if (newest.size() > limit) {
            newest.remove();
        }
    }

    String text() {
        if (count == 0) {
            return "no dead letters";
        }
        StringBuilder table = new StringBuilder();
        table.append("%-12s  %-20s  %-28s  %-8s  %-20s  %3s  %-16s  %s%n"
                .formatted("position", "when", "from", "stage", "error", "try", "key", "message"));
        for (DeadLetter letter : sorted()) {
            DeadLetterContext context = letter.context();
            table.append("%-12s  %-20s  %-28s  %-8s  %-20s  %3d  %-16s  %s%s%n"
                    .formatted(
                            letter.position(),
                            Answers.time(letter.timestampMs()),
                            context.topic() + " " + context.partition() + "/" + context.offset(),
                            context.stage(),
                            context.error(),
                            context.attempt(),
                            cut(letter.keyText(), 16),
                            letter.redriven() == null ? "" : "(put back) ",
                            cut(context.message(), MESSAGE_WIDTH)));
        }
        table.append("%n%,d letters, %,d put back".formatted(count, redriven));
        table.append(
                count > newest.size() ? "; the newest %,d are shown%n".formatted(newest.size()) : "%n".formatted());
        byError.forEach((error, letters) -> table.append("  %-24s  %,10d%n".formatted(error, letters)));
        return table.toString().stripTrailing();
    }

    JsonObject json() {
        JsonArray letters = new JsonArray();
        sorted().forEach(letter -> letters.add(context(letter)));
        JsonObject errors = new JsonObject();
        byError.forEach(errors::put);
        return new JsonObject()
                .put("letters", letters)
                .put("count", count)
                .put("redriven", redriven)
                .put("byError", errors);
    }

    /** All that is known of a letter beside its value. */
    static JsonObject context(DeadLetter letter) {
        DeadLetterContext context = letter.context();
        JsonObject all = new JsonObject()
                .put("position", letter.position().toString())
                .put("when", Instant.ofEpochMilli(letter.timestampMs()).toString())
                .put("key", letter.keyText());
        context.headers().forEach(all::put);
        Redriven redriven = letter.redriven();
        if (redriven != null) {
            all.put("redriven.at", Instant.ofEpochMilli(redriven.timestampMs()).toString());
            all.put("redriven.by", redriven.by());
        }
        return all;
    }

    private List<DeadLetter> sorted() {
        return newest.stream().sorted(OLDEST_FIRST).toList();
    }

    private static String cut(String text, int width) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= width ? line : line.substring(0, width - 1) + "…";
    }
}
