package io.weir.server.deadletters;

import io.weir.events.Topics;
import io.weir.server.log.Cluster;
import io.weir.server.log.DeadLetterContext;
import io.weir.server.log.DeadLetterSize;
import io.weir.server.log.HomePartition;
import io.weir.server.log.LogAppendException;
import io.weir.server.log.OutputRecord;
import io.weir.server.log.TransactionalAppender;
import io.weir.server.webhooks.Webhooks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts dead letters back where they came from, each once: the original's bytes on its topic and partition, or before the
 * webhook endpoint that did not take it, and a marker beside the letter, in one transaction. The transactional id is the same for all who do it, so that the last to begin ends
 * what others have under way, and then reads every marker of theirs.
 */
public final class Redrive {
    static final String TRANSACTIONAL_ID = "weir-redrive";
    /** On a record that was put back: the letter that it was, {@code partition/offset}. */
    static final String REDRIVEN_FROM = "redriven.from";

    private static final int LETTERS_AT_A_TIME = 100;
    private static final int BYTES_AT_A_TIME = 8 << 20;

    private final Cluster cluster;
    private final String by;
    /** Up to where letters were planned to be put back; null without a plan. */
    private @Nullable DeadLetterTopic planned;

    /**
     * What is to be put back, or was.
     *
     * @param letters how many
     * @param already how many of those that were meant had been put back before
     * @param refused how many of those that were meant are not put back, by why
     */
    public record Report(long letters, long already, Map<String, Long> refused) {}

    /** By whom it is done, for the record. */
    public Redrive(Cluster cluster, String by) {
        this.cluster = cluster;
        this.by = by;
    }

    /** What {@link #run} would do now; it then leaves letters alone that have come since. */
    public Report plan(DeadLetterFilter filter) {
        Count count = new Count();
        DeadLetterTopic topic = new DeadLetterTopic(cluster);
        planned = topic;
        topic.each(letter -> {
            if (filter.matches(letter) && count.takes(letter, topic)) {
                count.letters++;
            }
        });
        return count.report();
    }

    /**
     * Puts letters back.
     *
     * @param progress told how many have been, now and then
     * @throws LogAppendException when it ended early; another run goes on where this one ended
     */
    public Report run(DeadLetterFilter filter, LongConsumer progress) {
        Count count = new Count();
        try (TransactionalAppender appender = new TransactionalAppender(cluster, TRANSACTIONAL_ID)) {
            DeadLetterTopic topic = new DeadLetterTopic(cluster); // after the past has been ended
            Bundle bundle = new Bundle();
            topic.each(letter -> {
                if (isPlanned(letter) && filter.matches(letter) && count.takes(letter, topic)) {
                    bundle.add(letter, topic.partitions());
                    if (bundle.isFull()) {
                        count.letters += bundle.append(appender);
                        progress.accept(count.letters);
                    }
                }
            });
            count.letters += bundle.append(appender);
        }
        return count.report();
    }

    private boolean isPlanned(DeadLetter letter) {
        return planned == null || planned.contains(letter.position());
    }

    /** Why a letter cannot be put back, or null if it can. */
    static @Nullable String refusal(DeadLetter letter, int partitions) {
        DeadLetterContext context = letter.context();
        if (DeadLetterSize.isCut(context)) {
            return "the letter has the beginning of its original only; while " + context.topic()
                    + " keeps that, write it again from there";
        }
        if (isWebhook(context)) {
            return context.more().containsKey(Webhooks.ENDPOINT_HEADER)
                    ? null
                    : "the webhook's letter has no header " + Webhooks.ENDPOINT_HEADER + " that says whom it is for";
        }
        if (Topics.named(context.topic()) != Topics.TRANSACTIONS) {
            return "only what came from " + Topics.TRANSACTIONS.topicName() + " is put back, this came from "
                    + context.topic();
        }
        if (context.partition() < 0 || context.partition() >= partitions) {
            return "there is no partition " + context.partition() + " of " + context.topic();
        }
        return null;
    }

    /**
     * The original as it is put back: where it lay, or where its key belongs if it was refused for that.
     *
     * @param partitions of the transaction log
     */
    static OutputRecord original(DeadLetter letter, int partitions) {
        DeadLetterContext context = letter.context();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(REDRIVEN_FROM, letter.position().toString());
        headers.put(DeadLetterContext.ATTEMPT, String.valueOf(context.attempt() + 1));
        if (isWebhook(context)) {
            // its own topic would bring it to every reader of the alerts once more
            headers.put(Webhooks.ENDPOINT_HEADER, context.more().getOrDefault(Webhooks.ENDPOINT_HEADER, ""));
            return new OutputRecord(
                    Topics.WEBHOOK_REDRIVES, letter.position().partition(), letter.key(), letter.value(), headers);
        }
        byte[] key = letter.key();
        int partition = key != null && context.error().equals(DeadLetterContext.WRONG_PARTITION)
                ? HomePartition.of(key, partitions)
                : context.partition();
        return new OutputRecord(Topics.TRANSACTIONS, partition, key, letter.value(), headers);
    }

    private static boolean isWebhook(DeadLetterContext context) {
        return context.stage().equals(Webhooks.STAGE);
    }

    /** Counts the letters that were meant. */
    private static final class Count {
        private final Map<String, Long> refused = new TreeMap<>();
        private long letters;
        private long already;

        /** Whether one is to be put back. */
        boolean takes(DeadLetter letter, DeadLetterTopic topic) {
            if (letter.redriven() != null) {
                already++;
                return false;
            }
            String refusal = refusal(letter, topic.partitions());
            if (refusal != null) {
                refused.merge(refusal, 1L, Long::sum);
            }
            return refusal == null;
        }

        Report report() {
            return new Report(letters, already, refused);
        }
    }

    /** Letters of one transaction. */
    private final class Bundle {
        private final List<OutputRecord> records = new ArrayList<>();
        private int letters;
        private long bytes;

        void add(DeadLetter letter, int partitions) {
            records.add(original(letter, partitions));
            records.add(DeadLetterTopic.marker(letter, by));
            letters++;
            bytes += letter.value() == null ? 0 : letter.value().length;
        }

        boolean isFull() {
            return letters >= LETTERS_AT_A_TIME || bytes >= BYTES_AT_A_TIME;
        }

        /** Returns how many these were. */
        int append(TransactionalAppender appender) {
            int appended = letters;
            if (appended > 0) {
                appender.append(List.copyOf(records));
            }
            records.clear();
            letters = 0;
            bytes = 0;
            return appended;
        }
    }
}
