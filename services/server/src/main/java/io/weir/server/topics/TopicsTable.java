package io.weir.server.topics;

import io.weir.events.EventType;
import io.weir.events.Topics;
import io.weir.events.Topics.Cleanup;
import io.weir.events.Topics.Partitioning;
import java.time.Duration;

/** The topics as a table for README, and the words that all tables share. */
final class TopicsTable {
    /** README holds the table between these two lines. */
    static final String BEGIN = "<!-- topics -->";

    static final String END = "<!-- /topics -->";

    private TopicsTable() {}

    /** A Markdown table, ending in a line feed. */
    static String markdown() {
        StringBuilder text = new StringBuilder("| topic | key | values | partitions | kept | writers → readers |\n")
                .append("|---|---|---|---|---|---|\n");
        for (Topics topic : Topics.values()) {
            text.append("| `")
                    .append(topic.topicName())
                    .append("` | ")
                    .append(topic.key())
                    .append(" | ")
                    .append(
                            topic.events().isEmpty()
                                    ? values(topic)
                                    : "`" + values(topic).replace(", ", "`, `") + "`")
                    .append(" | ")
                    .append(
                            topic.partitioning() == Partitioning.SINGLE
                                    ? "1"
                                    : Topics.DEFAULT_PARTITIONS + " by default")
                    .append(" | ")
                    .append(kept(topic))
                    .append(" | ")
                    .append(flow(topic))
                    .append(" |\n");
        }
        return text.toString();
    }

    static String values(Topics topic) {
        if (topic.events().isEmpty()) {
            return topic.cleanup() == Cleanup.COMPACT ? "state snapshot" : "original bytes, context in headers";
        }
        return String.join(", ", topic.events().stream().map(EventType::name).toList());
    }

    static String kept(Topics topic) {
        if (topic.cleanup() == Cleanup.COMPACT) {
            return "latest per key";
        }
        return topic.retentionMs() == Topics.FOREVER
                ? "for ever"
                : Duration.ofMillis(topic.retentionMs()).toDays() + " days";
    }

    static String flow(Topics topic) {
        return String.join(", ", topic.writers()) + " → " + String.join(", ", topic.readers());
    }
}
