package io.weir.server.gateway;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A request with something wrong about it, or sometimes nothing.
 *
 * @param framing what is wrong about its length, which decides whether there has to be an answer
 */
@SuppressWarnings("ArrayRecordComponent")
record FuzzedRequest(String kind, byte[] bytes, Framing framing) {
    private static final List<String> METHODS = List.of("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW");
    private static final List<String> PATHS = List.of(
            "/",
            "//",
            "/v1",
            "/v1/transactions/",
            "/v1/transactions:",
            "/v1/transactions:batch/",
            "/%2e%2e/etc",
            "/v1/../metrics",
            "/v1/labels/%00",
            "/v1/transactions?x=%zz",
            "/%zz",
            "*",
            "/\u00e9");
    private static final List<String> TYPES = List.of(
            "text/plain",
            "application/xml",
            "application/json; charset=utf-16",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
            ";;;",
            "application/json/json",
            "");

    enum Framing {
        SOUND,
        /** Fewer bytes than announced, and then the end: there may be no answer. */
        CUT_OFF,
        /** Not valid HTTP: the connection may just be closed. */
        BROKEN
    }

    @Override
    public String toString() {
        String text = new String(bytes, 0, Math.min(bytes.length, 600), StandardCharsets.ISO_8859_1);
        return kind + " (" + bytes.length + " bytes, " + framing + ")\n" + text;
    }

    static FuzzedRequest of(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> post("random bytes", random, randomBytes(random, random.nextInt(2_000)));
            case 1 -> post("deep nesting", random, bytes(nested(random)));
            case 2 -> post("huge number", random, bytes(hugeNumber(random)));
            case 3 ->
                post(
                        "field twice",
                        random,
                        bytes("{\"accountId\":\"a\"," + valid(random).substring(1)));
            case 4 -> post("oversize", random, bytes("{\"channel\":\"" + "x".repeat(random.nextInt(60_000)) + "\"}"));
            case 5 -> headers(random);
            case 6 -> target(random);
            case 7 -> contentType(random);
            case 8 -> batch(random);
            case 9 -> framing(random);
            default -> post("mutated", random, mutated(random));
        };
    }

    private static FuzzedRequest post(String kind, Random random, byte[] body) {
        String path = random.nextInt(4) == 0 ? "/v1/labels" : "/v1/transactions";
        String head = "POST " + path + " HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length + "\r\n\r\n";
        return new FuzzedRequest(kind, join(bytes(head), body), Framing.SOUND);
    }

    private static FuzzedRequest headers(Random random) {
        StringBuilder headers = new StringBuilder();
        int count = random.nextInt(4) == 0 ? 500 + random.nextInt(500) : 1 + random.nextInt(20);
        for (int i = 0; i < count; i++) {
            headers.append("X-").append(Integer.toHexString(random.nextInt())).append(": ");
            headers.append(printable(random, random.nextInt(30))).append("\r\n");
        }
        for (String prefer : List.of("wait=", "wait=-1", "wait=99999999999999999999", "respond-async;;;=", ",,,")) {
            if (random.nextInt(4) == 0) {
                headers.append("Prefer: ").append(prefer).append("\r\n");
            }
        }
        String body = valid(random);
        String head = "POST /v1/transactions HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n" + headers
                + "Content-Length: " + body.length() + "\r\n\r\n";
        return new FuzzedRequest("headers", bytes(head + body), Framing.SOUND);
    }

    private static FuzzedRequest target(Random random) {
        String method = random.nextInt(3) == 0 ? "POST" : METHODS.get(random.nextInt(METHODS.size()));
        String path = random.nextInt(2) == 0 ? "/v1/transactions" : PATHS.get(random.nextInt(PATHS.size()));
        String head = method + " " + path + " HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n";
        // A method that HTTP does not know, or bytes beyond ASCII in the path: Netty may refuse the line as a whole.
        return new FuzzedRequest("target", bytes(head), Framing.SOUND);
    }

    private static FuzzedRequest contentType(Random random) {
        String body = valid(random);
        String head = "POST /v1/transactions HTTP/1.1\r\nHost: test\r\nContent-Type: "
                + TYPES.get(random.nextInt(TYPES.size())) + "\r\nContent-Length: " + body.length() + "\r\n\r\n";
        return new FuzzedRequest("content type", bytes(head + body), Framing.SOUND);
    }

    private static FuzzedRequest batch(Random random) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int lines = random.nextInt(20);
        for (int i = 0; i < lines; i++) {
            body.writeBytes(random.nextBoolean() ? mutated(random) : randomBytes(random, random.nextInt(100)));
            body.write('\n');
        }
        String head = "POST /v1/transactions:batch HTTP/1.1\r\nHost: test\r\nContent-Type: application/x-ndjson\r\n"
                + "Content-Length: " + body.size() + "\r\n\r\n";
        return new FuzzedRequest("batch", join(bytes(head), body.toByteArray()), Framing.SOUND);
    }

    private static FuzzedRequest framing(Random random) {
        String body = valid(random);
        String head = "POST /v1/transactions HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n";
        return switch (random.nextInt(5)) {
            case 0 ->
                new FuzzedRequest(
                        "cut off",
                        bytes(head + "Content-Length: " + (body.length() + 10) + "\r\n\r\n" + body),
                        Framing.CUT_OFF);
            case 1 ->
                new FuzzedRequest(
                        "bad length",
                        bytes(head + "Content-Length: -" + body.length() + "\r\n\r\n" + body),
                        Framing.BROKEN);
            case 2 ->
                new FuzzedRequest(
                        "bad chunk", bytes(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + body), Framing.BROKEN);
            case 3 -> new FuzzedRequest("no host", bytes(head.replace("Host: test\r\n", "") + "\r\n"), Framing.SOUND);
            default ->
                new FuzzedRequest(
                        "no HTTP",
                        join(randomBytes(random, 1 + random.nextInt(200)), bytes("\r\n\r\n")),
                        Framing.BROKEN);
        };
    }

    private static String nested(Random random) {
        String bracket = random.nextBoolean() ? "[" : "{\"a\":";
        String inner = bracket.repeat(1 + random.nextInt(2_000));
        return random.nextBoolean() ? inner : "{\"transactionId\":" + inner;
    }

    private static String hugeNumber(Random random) {
        String digits = "9".repeat(1 + random.nextInt(400));
        String number =
                switch (random.nextInt(4)) {
                    case 0 -> digits;
                    case 1 -> "-" + digits;
                    case 2 -> "1e" + digits;
                    default -> "0." + digits;
                };
        return valid(random).replaceFirst("\"amountMinor\":\\d+", "\"amountMinor\":" + number);
    }

    /** A valid transaction with a few bytes changed, put in, left out or repeated; now and then with none. */
    private static byte[] mutated(Random random) {
        byte[] body = bytes(valid(random));
        int mutations = random.nextInt(4);
        for (int i = 0; i < mutations; i++) {
            int at = random.nextInt(body.length);
            switch (random.nextInt(4)) {
                case 0 -> body[at] = (byte) random.nextInt(256);
                case 1 ->
                    body = join(
                            Arrays.copyOf(body, at), randomBytes(random, 3), Arrays.copyOfRange(body, at, body.length));
                case 2 ->
                    body = join(
                            Arrays.copyOf(body, at),
                            Arrays.copyOfRange(body, Math.min(body.length, at + 1 + random.nextInt(9)), body.length));
                default ->
                    body = join(Arrays.copyOf(body, body.length - at / 2), Arrays.copyOfRange(body, at, body.length));
            }
            if (body.length == 0) {
                return body;
            }
        }
        return body;
    }

    private static String valid(Random random) {
        return new JsonObject()
                .put("transactionId", "fuzz-" + Long.toHexString(random.nextLong()))
                .put("accountId", "acc-" + random.nextInt(100))
                .put("occurredAtMs", 1_700_000_000_000L)
                .put("amountMinor", random.nextInt(1_000_000))
                .put("currency", "EUR")
                .put("country", "NL")
                .encode();
    }

    private static String printable(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) (' ' + random.nextInt(95)));
        }
        return text.toString();
    }

    private static byte[] randomBytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
