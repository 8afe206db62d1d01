package io.weir.load.fuzz;

import static io.weir.load.fuzz.FuzzedJson.join;
import static io.weir.load.fuzz.FuzzedJson.noise;
import static io.weir.load.fuzz.FuzzedJson.utf8;

import io.weir.load.fuzz.FuzzedRequest.Ending;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Makes requests, the same from the same seed. */
final class FuzzedRequests {
    private static final String TRANSACTIONS = "/v1/transactions";
    private static final String JSON = "application/json";
    private static final List<String> METHODS = List.of("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW");
    private static final List<String> PATHS = List.of(
            "/",
            "//",
            "/v1",
            "/v1/transactions/",
            "/v1/transactions:",
            "/v1/transactions:batch/",
            "/%2e%2e/etc",
            "/v1/../nothing",
            "/v1/labels/%00",
            "/v1/accounts/",
            "/v1/entities/planet/mars",
            "/v1/decisions/%00%ff",
            "/v1/alerts?limit=-1",
            "/v1/alerts?limit=99999999999999999999",
            "/v1/alerts?after=..&after=%zz",
            "/v1/audits/%F0%9F%92%A9",
            "/v1/policies/00",
            "/v1/models/zz/card",
            "/%zz",
            "*",
            "/\u00e9");
    private static final List<String> OTHER_POSTS = List.of(
            "/v1/labels",
            "/v1/policies",
            "/v1/policies/validate",
            "/v1/policies/rollback",
            "/v1/models",
            "/v1/lists/x");
    private static final List<String> TYPES = List.of(
            "text/plain",
            "application/xml",
            "application/json; charset=utf-16",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
            ";;;",
            "application/json/json",
            "");
    private static final Integer[] REFUSED = {400, 404, 405, 408, 409, 413, 414, 415, 422, 431, 501, 505};
    private static final Set<Integer> ANY = Set.of(200, 201, 202, 400, 404, 405, 409, 413, 414, 415, 422, 431);

    private final Random random;

    FuzzedRequests(long seed) {
        this.random = new Random(seed);
    }

    FuzzedRequest next() {
        return switch (random.nextInt(18)) {
            case 0 -> post("random bytes", noise(random, random.nextInt(2_000)), 400);
            case 1 -> post("deep nesting", FuzzedJson.nested(random), 400, 422);
            case 2 -> post("huge number", FuzzedJson.hugeNumber(random), 400, 422);
            case 3 -> post("field twice", FuzzedJson.fieldTwice(random), 400);
            case 4 -> post("out of range", FuzzedJson.outOfRange(random), 422);
            case 5 -> post("wrong type", FuzzedJson.wrongType(random), 422);
            case 6 -> post("invalid UTF-8", FuzzedJson.invalidUtf8(random), 400);
            case 7 -> oversize();
            case 8 -> headerFlood();
            case 9 -> target();
            case 10 -> contentType();
            case 11 -> batch();
            case 12 -> framing();
            case 13 -> cutOff();
            case 14 -> inPieces();
            case 15 -> otherRoutes();
            default -> post("mutated", FuzzedJson.mutated(random), 200, 202, 400, 409, 422);
        };
    }

    private FuzzedRequest post(String kind, byte[] body, Integer... answers) {
        return FuzzedRequest.complete(kind, join(head("POST", TRANSACTIONS, JSON, body.length, ""), body), answers);
    }

    private FuzzedRequest oversize() {
        byte[] body = utf8("{\"channel\":\"" + "x".repeat((16 << 10) + random.nextInt(60_000)) + "\"}");
        return post("oversize", body, 413);
    }

    private FuzzedRequest headerFlood() {
        StringBuilder headers = new StringBuilder();
        boolean flood = random.nextBoolean();
        for (int i = flood ? 500 + random.nextInt(500) : 1 + random.nextInt(20); i > 0; i--) {
            headers.append("X-").append(Integer.toHexString(random.nextInt())).append(": ");
            headers.append(printable(random.nextInt(30))).append("\r\n");
        }
        for (String prefer : List.of("wait=", "wait=-1", "wait=99999999999999999999", "respond-async;;;=", ",,,")) {
            if (random.nextInt(4) == 0) {
                headers.append("Prefer: ").append(prefer).append("\r\n");
            }
        }
        byte[] body = FuzzedJson.valid(random);
        byte[] bytes = join(head("POST", TRANSACTIONS, JSON, body.length, headers.toString()), body);
        return flood
                ? FuzzedRequest.complete("header flood", bytes, 431)
                : FuzzedRequest.complete("odd headers", bytes, 200, 202, 400, 422);
    }

    private FuzzedRequest target() {
        String method = random.nextInt(3) == 0 ? "POST" : METHODS.get(random.nextInt(METHODS.size()));
        String path = random.nextInt(3) == 0 ? TRANSACTIONS : PATHS.get(random.nextInt(PATHS.size()));
        if (random.nextInt(20) == 0) {
            path = "/" + "x".repeat(5_000);
        }
        return FuzzedRequest.complete(
                "method, path, parameters", head(method, path, JSON, 0, ""), either(200, 404, REFUSED));
    }

    private FuzzedRequest contentType() {
        byte[] body = FuzzedJson.valid(random);
        boolean encoded = random.nextBoolean();
        String type = encoded ? JSON : TYPES.get(random.nextInt(TYPES.size()));
        String encoding = encoded ? "Content-Encoding: " + (random.nextBoolean() ? "gzip" : "br, x") + "\r\n" : "";
        return FuzzedRequest.complete(
                encoded ? "content encoding" : "content type",
                join(head("POST", TRANSACTIONS, type, body.length, encoding), body),
                415);
    }

    /** Good and bad lines in one exchange: each has its own answer. */
    private FuzzedRequest batch() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int lines = random.nextInt(20); lines > 0; lines--) {
            body.writeBytes(
                    switch (random.nextInt(5)) {
                        case 0 -> FuzzedJson.valid(random);
                        case 1 -> noise(random, random.nextInt(100));
                        case 2 -> utf8("x".repeat(20_000));
                        case 3 -> FuzzedJson.nested(random);
                        default -> FuzzedJson.mutated(random);
                    });
            body.write('\n');
        }
        String path = random.nextInt(4) == 0 ? "/v1/labels:batch" : "/v1/transactions:batch";
        return FuzzedRequest.complete(
                "batch of good and bad lines",
                join(head("POST", path, "application/x-ndjson", body.size(), ""), body.toByteArray()),
                200);
    }

    private FuzzedRequest framing() {
        byte[] body = FuzzedJson.valid(random);
        String start = "POST " + TRANSACTIONS + " HTTP/1.1\r\nHost: fuzz\r\nContent-Type: " + JSON + "\r\n";
        String chunked = start + "Transfer-Encoding: chunked\r\n\r\n";
        return switch (random.nextInt(7)) {
            case 0 -> broken("length not a number", start + "Content-Length: -" + body.length + "\r\n\r\n");
            case 1 -> broken("chunked nonsense", chunked + "zz\r\n" + printable(40));
            case 2 -> broken("chunked nonsense", chunked + "7fffffff\r\n" + printable(20_000));
            case 3 -> broken("chunked nonsense", chunked + "-5\r\n" + printable(40) + "\r\n0\r\n\r\n");
            case 4 ->
                broken(
                        "two lengths",
                        start + "Content-Length: 5\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n");
            case 5 ->
                FuzzedRequest.complete(
                        "no Host", utf8(start.replace("Host: fuzz\r\n", "") + "Content-Length: 0\r\n\r\n"), 400);
            default ->
                FuzzedRequest.broken(
                        "no HTTP", join(noise(random, 1 + random.nextInt(200)), utf8("\r\n\r\n")), Ending.BROKEN);
        };
    }

    private static FuzzedRequest broken(String kind, String text) {
        return FuzzedRequest.broken(kind, utf8(text), Ending.BROKEN);
    }

    private FuzzedRequest cutOff() {
        byte[] body = FuzzedJson.valid(random);
        byte[] whole = join(head("POST", TRANSACTIONS, JSON, body.length, ""), body);
        boolean halfClosed = random.nextBoolean();
        return FuzzedRequest.broken(
                halfClosed ? "half-closed" : "gone in the middle",
                Arrays.copyOf(whole, 1 + random.nextInt(whole.length - 1)),
                halfClosed ? Ending.HALF_CLOSED : Ending.GONE);
    }

    /** A sound request that comes in pieces: the server waits for the rest. */
    private FuzzedRequest inPieces() {
        byte[] body = FuzzedJson.valid(random);
        byte[] whole = join(head("POST", TRANSACTIONS, JSON, body.length, ""), body);
        int first = 1 + random.nextInt(whole.length - 2);
        int second = first + 1 + random.nextInt(whole.length - first - 1);
        return new FuzzedRequest(
                "in pieces",
                List.of(
                        Arrays.copyOf(whole, first),
                        Arrays.copyOfRange(whole, first, second),
                        Arrays.copyOfRange(whole, second, whole.length)),
                Ending.COMPLETE,
                Set.of(200, 202));
    }

    /** Bad bodies to every route that takes one; nothing that could be published or activated. */
    private FuzzedRequest otherRoutes() {
        String path = OTHER_POSTS.get(random.nextInt(OTHER_POSTS.size()));
        byte[] body =
                switch (random.nextInt(4)) {
                    case 0 -> FuzzedJson.nested(random);
                    case 1 -> noise(random, random.nextInt(3_000));
                    case 2 -> utf8("id: x\nversion: 1\nrules: " + "[".repeat(random.nextInt(9_000)));
                    default -> FuzzedJson.mutated(random);
                };
        String type = random.nextInt(4) == 0 ? "application/yaml" : JSON;
        return new FuzzedRequest(
                "other routes", List.of(join(head("POST", path, type, body.length, ""), body)), Ending.COMPLETE, ANY);
    }

    private static byte[] head(String method, String path, String contentType, int length, String more) {
        // Bytes beyond ASCII go out as they are: one byte a character.
        return (method + " " + path + " HTTP/1.1\r\nHost: fuzz\r\nContent-Type: " + contentType + "\r\n" + more
                        + "Content-Length: " + length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Integer[] either(int first, int second, Integer... others) {
        Set<Integer> all = new TreeSet<>(List.of(others));
        all.add(first);
        all.add(second);
        return all.toArray(Integer[]::new);
    }

    private String printable(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) (' ' + random.nextInt(95)));
        }
        return text.toString();
    }
}
