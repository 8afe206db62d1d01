package io.weir.load.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.events.DuplicateDetected;
import io.weir.events.Event;
import io.weir.events.EventWriter;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import io.weir.load.fuzz.FuzzedRecord.Fate;
import io.weir.server.log.HomePartition;
import java.util.Arrays;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Makes records for {@code weir.transactions}, the same from the same seed. */
final class FuzzedRecords {
    private static final int ACCOUNTS = 50;
    private static final int UNKNOWN_IDS_FROM = 1_000_000;
    private static final int MEGABYTE = 1_000_000;
    private static final int GIANT = 20_000_000;
    private static final long YEAR_9999_MS = 253_402_300_799_999L;
    private static final int KINDS = 16;

    private final Random random;
    private final EventWriter writer;
    private final String prefix;
    private final int partitions;
    private final long nowMs;
    private int next;

    /**
     * Records of one run.
     *
     * @param prefix of all its ids
     * @param partitions of the topic
     * @param nowMs when good ones are received
     */
    FuzzedRecords(long seed, SchemaIds schemaIds, String prefix, int partitions, long nowMs) {
        this.random = new Random(seed);
        this.writer = new EventWriter(schemaIds);
        this.prefix = prefix;
        this.partitions = partitions;
        this.nowMs = nowMs;
    }

    /** One with nothing wrong. */
    FuzzedRecord good() {
        TransactionSubmitted transaction = transaction(nowMs, nowMs);
        return of("good", Fate.DECIDED, transaction.accountId(), writer.write(transaction));
    }

    /** One with something wrong, or odd. */
    FuzzedRecord bad() {
        TransactionSubmitted transaction = transaction(nowMs, nowMs);
        String key = transaction.accountId();
        byte[] value = writer.write(transaction);
        return switch (random.nextInt(KINDS)) {
            case 0 -> dead("random bytes", key, nonEvent(FuzzedJson.noise(random, random.nextInt(2_000))));
            case 1 ->
                dead(
                        "truncated Avro",
                        key,
                        Arrays.copyOf(
                                value,
                                EventWriter.HEADER_BYTES + random.nextInt(value.length - EventWriter.HEADER_BYTES)));
            case 2 -> dead("unknown schema id", key, withId(value, UNKNOWN_IDS_FROM + random.nextInt(MEGABYTE)));
            case 3 -> wrongType();
            case 4 -> dead("tombstone", key, null);
            case 5 -> dead("null key and value", null, null);
            case 6 -> dead("null key", null, value);
            case 7 -> dead("wrong key", random.nextBoolean() ? "" : key + "x", value);
            case 8 -> dead("1 MB of noise", key, nonEvent(FuzzedJson.noise(random, MEGABYTE)));
            case 9 -> timestamps();
            case 10 -> absurdTimes();
            case 11 -> outOfRange();
            case 12 -> headers(key, value);
            case 13 -> anotherPartition(key, value);
            case 14 -> label();
            default -> of("mutated", Fate.ONE_OF_THEM, key, mutated(value));
        };
    }

    /** A value that is larger than any topic takes, but compresses to less. */
    FuzzedRecord giant() {
        return dead("20 MB of zeros", "giant" + next++, nonEvent(new byte[GIANT]));
    }

    private FuzzedRecord wrongType() {
        Event event = new DuplicateDetected(prefix + next++, prefix + "account", nowMs, false, 0, 0, 0);
        return dead("event of another topic", event.key(), writer.write(event));
    }

    private FuzzedRecord timestamps() {
        TransactionSubmitted transaction = transaction(nowMs, nowMs);
        byte[] key = transaction.accountId().getBytes(UTF_8);
        long timestampMs = random.nextBoolean() ? 0 : Long.MAX_VALUE;
        return new FuzzedRecord(
                "absurd record timestamp",
                Fate.DECIDED,
                new ProducerRecord<>(
                        Topics.TRANSACTIONS.topicName(), null, timestampMs, key, writer.write(transaction)));
    }

    private FuzzedRecord absurdTimes() {
        long[][] times = {
            {Long.MAX_VALUE, nowMs},
            {nowMs, Long.MIN_VALUE},
            {Long.MIN_VALUE, nowMs},
            {0, 0},
            {-1, Long.MAX_VALUE},
            {YEAR_9999_MS, nowMs},
            {nowMs, Long.MAX_VALUE},
            {Long.MAX_VALUE, Long.MAX_VALUE},
            {Long.MAX_VALUE, Long.MAX_VALUE - 1}
        };
        long[] time = times[random.nextInt(times.length)];
        return dead("absurd event time", transaction(time[0], time[1]));
    }

    private FuzzedRecord outOfRange() {
        TransactionSubmitted good = transaction(nowMs, nowMs);
        String id = good.transactionId();
        String account = good.accountId();
        return dead(
                "field out of range",
                switch (random.nextInt(6)) {
                    case 0 -> transaction(id, account, Long.MAX_VALUE, "EUR", null);
                    case 1 -> transaction(id, account, -1, "EUR", null);
                    case 2 -> transaction(id, account, 1, "\u0000\u0001", null);
                    case 3 -> transaction(id.repeat(10_000), account, 1, "EUR", null);
                    case 4 -> transaction(id, account.repeat(1_000), 1, "EUR", null);
                    default -> transaction(id, account, 1, "EUR", "terminal\n" + "x".repeat(random.nextInt(1_000)));
                });
    }

    private FuzzedRecord headers(String key, byte[] value) {
        FuzzedRecord record = of("headers of noise", Fate.DECIDED, key, value);
        for (int headers = random.nextInt(100); headers > 0; headers--) {
            byte[] noise = random.nextInt(10) == 0 ? null : FuzzedJson.noise(random, random.nextInt(200));
            record.record().headers().add(random.nextBoolean() ? "provenance" : "h" + random.nextInt(5), noise);
        }
        return record;
    }

    private FuzzedRecord anotherPartition(String key, byte[] value) {
        byte[] keyBytes = key.getBytes(UTF_8);
        int partition = random.nextInt(partitions);
        boolean home = partition == HomePartition.of(keyBytes, partitions);
        return new FuzzedRecord(
                home ? "partition named" : "partition not of the key",
                home ? Fate.DECIDED : Fate.DEAD_LETTER,
                new ProducerRecord<>(Topics.TRANSACTIONS.topicName(), partition, keyBytes, value));
    }

    private FuzzedRecord label() {
        String account = prefix + "account-" + random.nextInt(ACCOUNTS);
        Event label = new TransactionLabelled(prefix + "never-" + next++, account, nowMs, nowMs, true, null);
        return dead("label of no transaction", account, writer.write(label));
    }

    private byte[] mutated(byte[] value) {
        byte[] mutated = value.clone();
        for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
            int at = EventWriter.HEADER_BYTES + random.nextInt(value.length - EventWriter.HEADER_BYTES);
            mutated[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        }
        return mutated;
    }

    private FuzzedRecord dead(String kind, TransactionSubmitted transaction) {
        return dead(kind, transaction.accountId(), writer.write(transaction));
    }

    private static FuzzedRecord dead(String kind, @Nullable String key, byte @Nullable [] value) {
        return of(kind, Fate.DEAD_LETTER, key, value);
    }

    private static FuzzedRecord of(String kind, Fate fate, @Nullable String key, byte @Nullable [] value) {
        byte[] keyBytes = key == null ? null : key.getBytes(UTF_8);
        return new FuzzedRecord(kind, fate, new ProducerRecord<>(Topics.TRANSACTIONS.topicName(), keyBytes, value));
    }

    /** Bytes that cannot happen to be an event. */
    private static byte[] nonEvent(byte[] noise) {
        if (noise.length > 0) {
            noise[0] |= 1;
        }
        return noise;
    }

    private static byte[] withId(byte[] value, int id) {
        byte[] changed = value.clone();
        for (int i = 0; i < Integer.BYTES; i++) {
            changed[1 + i] = (byte) (id >>> (Byte.SIZE * (Integer.BYTES - 1 - i)));
        }
        return changed;
    }

    private TransactionSubmitted transaction(long occurredAtMs, long receivedAtMs) {
        return new TransactionSubmitted(
                prefix + next++,
                prefix + "account-" + random.nextInt(ACCOUNTS),
                occurredAtMs,
                receivedAtMs,
                random.nextInt(1_000_000),
                "EUR",
                "terminal-" + random.nextInt(ACCOUNTS),
                null,
                null,
                null,
                null,
                null,
                "NL",
                null);
    }

    private TransactionSubmitted transaction(
            String id, String account, long amountMinor, String currency, @Nullable String terminal) {
        return new TransactionSubmitted(
                id, account, nowMs, nowMs, amountMinor, currency, terminal, null, null, null, null, null, null, null);
    }
}
