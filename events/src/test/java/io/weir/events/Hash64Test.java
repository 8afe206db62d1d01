package io.weir.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Hash64Test {
    private static final TransactionSubmitted SUBMITTED = new TransactionSubmitted(
            "t1", "a1", 1_000, 2_000, 4_200, "EUR", "term", "merch", "5411", "cp", "dev", "192.0.2.1", "AT", "pos");

    /**
     * Computed by a second implementation, in another language. These values stand on the log: whoever changes them
     * breaks the recognition of every retry.
     */
    @ParameterizedTest
    @CsvSource({
        "'', 74d28e025ceaac29",
        "a, 484c5b072db73819",
        "abcd, 8a09e451f5e63bef",
        "abcde, 89729203be9d320b",
        "transaction-0000000001, 85b16395934b8dff",
        "Zürich 中 😀, 35760189bd3311f5",
    })
    void ofAStringIsWhatItAlwaysWas(String value, String hash) {
        assertThat(Long.toHexString(Hash64.of(value))).isEqualTo(hash);
    }

    @Test
    void ofASubmissionIsWhatItAlwaysWas() {
        assertThat(Long.toHexString(SUBMITTED.submissionHash())).isEqualTo("90718d80b212a3b8");
        assertThat(Long.toHexString(new Hash64()
                        .add(Long.MIN_VALUE)
                        .add((String) null)
                        .add("")
                        .value()))
                .isEqualTo("5abb758a654345af");
    }

    @Test
    void changesWhenACharacterMovesToTheNextField() {
        String text = "abcdefghijklmnop";
        long[] hashes = new long[text.length() + 1];
        for (int cut = 0; cut <= text.length(); cut++) {
            hashes[cut] = new Hash64()
                    .add(text.substring(0, cut))
                    .add(text.substring(cut))
                    .value();
        }
        assertThat(hashes).doesNotHaveDuplicates();
    }

    @Test
    void tellsNullFromEmptyAndFromAbsent() {
        assertThat(new long[] {
                    new Hash64().value(),
                    new Hash64().add("").value(),
                    new Hash64().add((String) null).value(),
                    new Hash64().add("\0").value(),
                    new Hash64().add("null").value(),
                    new Hash64().add("").add((String) null).value(),
                    new Hash64().add((String) null).add("").value(),
                })
                .doesNotHaveDuplicates();
    }

    @Test
    void hasNoCollisionAmongAMillionNearlyIdenticalIds() {
        long seed = 42;
        Random random = new Random(seed);
        int count = 1_000_000;
        long[] hashes = new long[count];
        String prefix = "tx-" + random.nextInt(1_000) + "-";
        for (int i = 0; i < count; i++) {
            // A counter, on every other id with the digits reversed and a suffix: they differ in one or two characters.
            String digits = Integer.toString(10_000_000 + i / 2);
            hashes[i] = Hash64.of(i % 2 == 0 ? prefix + digits : new StringBuilder(digits).reverse() + prefix);
        }
        Arrays.sort(hashes);
        for (int i = 1; i < count; i++) {
            assertThat(hashes[i] != hashes[i - 1])
                    .as("collision at %x, seed %d", hashes[i], seed)
                    .isTrue();
        }
    }

    @Test
    void ofASubmissionIgnoresReceivedAtMsAndNothingElse() throws ReflectiveOperationException {
        var components = TransactionSubmitted.class.getRecordComponents();
        Class<?>[] types = Arrays.stream(components).map(c -> c.getType()).toArray(Class<?>[]::new);
        for (int changed = 0; changed < components.length; changed++) {
            Object[] values = new Object[components.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = components[i].getAccessor().invoke(SUBMITTED);
            }
            values[changed] = values[changed] instanceof Long number ? (Object) (number + 1) : values[changed] + "x";
            var other = TransactionSubmitted.class.getConstructor(types).newInstance(values);
            assertThat(other.submissionHash() == SUBMITTED.submissionHash())
                    .as(components[changed].getName())
                    .isEqualTo(components[changed].getName().equals("receivedAtMs"));
        }
    }
}
