package io.weir.load.fuzz;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Bodies: a transaction as it should be, and what is far from it. */
final class FuzzedJson {
    private static final int ACCOUNTS = 50;
    private static final int DEEPEST = 2_500;
    private static final int LONGEST_NUMBER = 5_000;

    private FuzzedJson() {}

    /** A transaction that is admitted. */
    static JsonObject transaction(Random random) {
        return new JsonObject()
                .put("transactionId", "fuzz-" + Long.toHexString(random.nextLong()))
                .put("accountId", "fuzz-account-" + random.nextInt(ACCOUNTS))
                .put("occurredAtMs", 1_700_000_000_000L)
                .put("amountMinor", random.nextInt(1_000_000))
                .put("currency", "EUR")
                .put("country", "NL");
    }

    static byte[] valid(Random random) {
        return utf8(transaction(random).encode());
    }

    /** Brackets that are never closed. */
    static byte[] nested(Random random) {
        String inner = (random.nextBoolean() ? "[" : "{\"a\":").repeat(1 + random.nextInt(DEEPEST));
        return utf8(random.nextBoolean() ? inner : "{\"transactionId\":" + inner);
    }

    /** An amount of so many digits that no type holds it, also as a fraction or exponent. */
    static byte[] hugeNumber(Random random) {
        String digits = "9".repeat(20 + random.nextInt(LONGEST_NUMBER));
        String number =
                switch (random.nextInt(4)) {
                    case 0 -> digits;
                    case 1 -> "-" + digits;
                    case 2 -> "1e" + digits;
                    default -> "0." + digits;
                };
        return utf8(transaction(random).encode().replaceFirst("\"amountMinor\":\\d+", "\"amountMinor\":" + number));
    }

    /** A value out of its range, in a field that is named in the answer. */
    static byte[] outOfRange(Random random) {
        JsonObject transaction = transaction(random);
        switch (random.nextInt(8)) {
            case 0 -> transaction.put("amountMinor", random.nextBoolean() ? -1 : Long.MAX_VALUE);
            case 1 -> transaction.put("occurredAtMs", random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE);
            case 2 -> transaction.put("currency", random.nextBoolean() ? "" : "eur");
            case 3 -> transaction.put("accountId", "x".repeat(129));
            case 4 -> transaction.put("transactionId", "");
            case 5 -> transaction.put("ip", "1.2.3.4.5");
            case 6 -> transaction.put("country", "\u0000");
            default -> transaction.put("surprise" + random.nextInt(1_000), random.nextInt());
        }
        return utf8(transaction.encode());
    }

    static byte[] wrongType(Random random) {
        JsonObject transaction = transaction(random);
        switch (random.nextInt(5)) {
            case 0 -> transaction.put("accountId", random.nextInt());
            case 1 -> transaction.put("amountMinor", "12");
            case 2 -> transaction.put("occurredAtMs", true);
            case 3 -> transaction.putNull("currency");
            default -> transaction.put("transactionId", new JsonObject().put("a", 1));
        }
        return utf8(transaction.encode());
    }

    static byte[] fieldTwice(Random random) {
        return utf8("{\"accountId\":\"a\"," + transaction(random).encode().substring(1));
    }

    /** Bytes that are no UTF-8, inside of a string. */
    static byte[] invalidUtf8(Random random) {
        byte[] body = valid(random);
        int[] hostile = {0x80, 0xC0, 0xC1, 0xF5, 0xFF, 0xED};
        body[indexOf(body, "fuzz-account-")] = (byte) hostile[random.nextInt(hostile.length)];
        return body;
    }

    /** A valid transaction with one to four bytes or stretches changed, put in, left out or repeated. */
    static byte[] mutated(Random random) {
        byte[] body = valid(random);
        for (int mutations = 1 + random.nextInt(4); mutations > 0 && body.length > 0; mutations--) {
            int at = random.nextInt(body.length);
            byte[] before = Arrays.copyOf(body, at);
            body = switch (random.nextInt(4)) {
                case 0 -> join(before, noise(random, 1), Arrays.copyOfRange(body, at + 1, body.length));
                case 1 -> join(before, noise(random, 3), Arrays.copyOfRange(body, at, body.length));
                case 2 ->
                    join(
                            before,
                            Arrays.copyOfRange(body, Math.min(body.length, at + 1 + random.nextInt(9)), body.length));
                default -> join(Arrays.copyOf(body, body.length - at / 2), Arrays.copyOfRange(body, at, body.length));
            };
        }
        return body;
    }

    static byte[] noise(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    private static int indexOf(byte[] body, String text) {
        return new String(body, StandardCharsets.ISO_8859_1).indexOf(text);
    }
}
