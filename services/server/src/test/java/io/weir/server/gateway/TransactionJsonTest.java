package io.weir.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.json.JsonObject;
import io.weir.events.TransactionSubmitted;
import io.weir.server.http.Problem;
import io.weir.server.http.ProblemException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionJsonTest {
    private static final long NOW = 1_700_000_000_000L;

    @Test
    void aWholeTransactionIsReadFieldByField() {
        String json = """
                {"transactionId":"t1","accountId":"a1","occurredAtMs":1699999999000,"amountMinor":1250,"currency":"EUR",
                 "terminalId":"term","merchantId":"m","merchantCategory":"5411","counterpartyId":"c","deviceId":"d",
                 "ip":"2001:db8::1","country":"NL","channel":"pos"}""";

        assertThat(TransactionJson.read(json.getBytes(StandardCharsets.UTF_8), NOW))
                .isEqualTo(new TransactionSubmitted(
                        "t1",
                        "a1",
                        1_699_999_999_000L,
                        NOW,
                        1250,
                        "EUR",
                        "term",
                        "m",
                        "5411",
                        "c",
                        "d",
                        "2001:db8::1",
                        "NL",
                        "pos"));
    }

    @Test
    void optionalFieldsMayBeAbsentOrNull() {
        TransactionSubmitted absent = TransactionJson.read(bytes(minimal()), NOW);
        TransactionSubmitted nulls =
                TransactionJson.read(bytes(minimal().putNull("country").putNull("ip")), NOW);

        assertThat(nulls).isEqualTo(absent);
        assertThat(absent.country()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "17",
                "\"text\"",
                "[]",
                "{",
                "{\"transactionId\":",
                "{\"transactionId\":\"t1\"",
                "{\"transactionId\" \"t1\"}",
                "{'transactionId':'t1'}",
                "{\"transactionId\":\"t1\",}",
                "{\"amountMinor\":01}",
                "{\"amountMinor\":+1}",
                "{\"amountMinor\":NaN}",
                "{\"transactionId\":\"a\tb\"}",
                "{\"transactionId\":\"\\x\"}",
                "{/* comment */}",
                "\uFEFF{}",
                "{\"transactionId\":\"t1\",\"transactionId\":\"t1\"}"
            })
    void whatIsNoStrictJsonObjectIsMalformed(String text) {
        Problem problem = refusal(text.getBytes(StandardCharsets.UTF_8));

        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.type()).isEqualTo("malformed-json");
    }

    @Test
    void contentAfterTheObjectIsMalformed() {
        assertThat(refusal((minimal().encode() + " {}").getBytes(StandardCharsets.UTF_8))
                        .detail())
                .contains("goes on after");
    }

    @Test
    void invalidUtf8IsMalformed() {
        // A bad byte, an overlong slash, an encoded surrogate, a character cut off.
        byte[][] bad = {
            {(byte) 0xFF}, {(byte) 0xC0, (byte) 0xAF}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, {(byte) 0xE2}
        };
        for (byte[] sequence : bad) {
            String json = minimal().put("channel", "#").encode();
            byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
            byte[] broken = new byte[utf8.length - 1 + sequence.length];
            int at = json.indexOf('#');
            System.arraycopy(utf8, 0, broken, 0, at);
            System.arraycopy(sequence, 0, broken, at, sequence.length);
            System.arraycopy(utf8, at + 1, broken, at + sequence.length, utf8.length - at - 1);

            assertThat(refusal(broken).detail()).contains("not valid UTF-8");
        }
    }

    @Test
    void halfOfASurrogatePairIsNoCharacter() {
        String json = minimal().encode().replace("\"t1\"", "\"t\\ud800\"");

        assertThat(refusal(json.getBytes(StandardCharsets.UTF_8)).field()).isEqualTo("transactionId");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "["})
    void deepNestingIsRefusedAtTheFirstField(String bracket) {
        String json = "{\"transactionId\":" + bracket.repeat(8_000);

        assertThat(refusal(json.getBytes(StandardCharsets.UTF_8)).field()).isEqualTo("transactionId");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "transactionId | 17            | transactionId",
                "accountId     | null          | accountId",
                "amountMinor   | \"12\"        | amountMinor",
                "amountMinor   | 12.5          | amountMinor",
                "amountMinor   | 1e3           | amountMinor",
                "amountMinor   | 99999999999999999999 | amountMinor",
                "occurredAtMs  | true          | occurredAtMs",
                "currency      | [\"EUR\"]     | currency",
                "country       | {}            | country",
            })
    void anotherTypeIsRefusedByField(String field, String value, String expected) {
        Problem problem = refusal(replaced(field, value));

        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.type()).isEqualTo("wrong-type");
        assertThat(problem.field()).isEqualTo(expected);
        assertThat(problem.remedy()).startsWith("give ");
    }

    @Test
    void aNumberOfAThousandDigitsIsRefused() {
        assertThat(refusal(replaced("amountMinor", "9".repeat(1_000))).status()).isBetween(400, 422);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "transactionId | \"\"",
                "accountId     | \"\"",
                "amountMinor   | -1",
                "amountMinor   | 1000000000001",
                "currency      | \"eur\"",
                "currency      | \"QQQ\"",
                "occurredAtMs  | 0",
                "occurredAtMs  | 1700000300001",
                "occurredAtMs  | 9223372036854775807",
                "occurredAtMs  | -9223372036854775808",
                "merchantCategory | \"541\"",
                "country       | \"XX\"",
                "ip            | \"300.1.1.1\"",
                "deviceId      | \"a\\u0000b\"",
            })
    void anInadmissibleValueIsRefusedByFieldWithARemedy(String field, String value) {
        Problem problem = refusal(replaced(field, value));

        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.type()).isEqualTo("invalid-value");
        assertThat(problem.field()).isEqualTo(field);
        assertThat(problem.remedy()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"transactionId", "accountId", "occurredAtMs", "amountMinor", "currency"})
    void aMissingFieldIsNamed(String field) {
        JsonObject json = minimal();
        json.remove(field);

        Problem problem = refusal(bytes(json));

        assertThat(problem.type()).isEqualTo("missing-field");
        assertThat(problem.field()).isEqualTo(field);
    }

    @ParameterizedTest
    @CsvSource({
        "amount, fields are", // too far from amountMinor to be a slip
        "amountminor, amountMinor",
        "amount_minor, amountMinor",
        "acountId, accountId",
        "transaction_id, transactionId",
        "receivedAtMs, fields are",
        "Currency, currency"
    })
    void anUnknownFieldIsNamedWithTheNearestKnownOne(String field, String remedy) {
        Problem problem = refusal(bytes(minimal().put(field, 1)));

        assertThat(problem.type()).isEqualTo("unknown-field");
        assertThat(problem.field()).isEqualTo(field);
        assertThat(problem.remedy()).contains(remedy);
    }

    @Test
    void whatIsShownOfTheInputIsShortAndPrintable() {
        Problem problem = refusal(bytes(minimal().put("\u0007".repeat(200), 1)));

        assertThat(problem.toJson().encode()).doesNotContain("\\u0007").hasSizeLessThan(800);
    }

    private static JsonObject minimal() {
        return new JsonObject()
                .put("transactionId", "t1")
                .put("accountId", "a1")
                .put("occurredAtMs", NOW)
                .put("amountMinor", 100)
                .put("currency", "EUR");
    }

    private static byte[] replaced(String field, String rawValue) {
        JsonObject json = minimal().put(field, "@@");
        return json.encode().replace("\"@@\"", rawValue).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(JsonObject json) {
        return json.encode().getBytes(StandardCharsets.UTF_8);
    }

    private static Problem refusal(byte[] body) {
        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> TransactionJson.read(body, NOW));
        assertThat(refused)
                .as("refusal of %s", new String(body, StandardCharsets.UTF_8))
                .isNotNull();
        return refused.problem();
    }
}
