package io.weir.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AvroInputTest {
    private final AvroInput in = new AvroInput();

    @Test
    void aNameThatComesAgainIsTheSameObjectAndAnotherIsNot() {
        String euro = name("EUR");
        assertThat(name("EUR")).isSameAs(euro);
        assertThat(name("USD")).isEqualTo("USD");
        assertThat(name("")).isEmpty();
        assertThat(name("é")).isEqualTo("é");
    }

    @Test
    void namesAndDigestsAreWhatWasWrittenWhateverCameBefore() {
        long seed = System.nanoTime();
        System.out.println("names and digests, seed " + seed);
        Random random = new Random(seed);
        String alphabet = "abÿé€\uD83D\uDE00";
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(4) == 0 ? random.nextInt(80) : random.nextInt(4); length > 0; length--) {
                text.appendCodePoint(alphabet.codePointAt(random.nextInt(5)));
            }
            assertThat(name(text.toString())).as("seed %d", seed).isEqualTo(text.toString());
            byte[] digest = new byte[Sha256.BYTES];
            digest[random.nextInt(3)] = (byte) random.nextInt(3);
            in.reset(digest, 0, digest.length);
            assertThat(in.readSha256("digest").bytes()).as("seed %d", seed).isEqualTo(digest);
            assertThat(in.remaining()).isZero();
        }
    }

    @Test
    void aDigestThatComesAgainIsTheSameObjectAndOneThatIsCutOffIsNone() {
        byte[] digest = new byte[Sha256.BYTES];
        in.reset(digest, 0, digest.length);
        Sha256 first = in.readSha256("digest");
        in.reset(digest, 0, digest.length);
        assertThat(in.readSha256("digest")).isSameAs(first);
        in.reset(digest, 1, digest.length);
        assertThatThrownBy(() -> in.readSha256("digest"))
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("digest");
    }

    private String name(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        AvroOutput out = new AvroOutput();
        out.writeString(text);
        byte[] value = out.toByteArray();
        assertThat(value).endsWith(utf8);
        in.reset(value, 0, value.length);
        String read = in.readName("name");
        assertThat(in.remaining()).isZero();
        return read;
    }
}
