package io.weir.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineBufferTest {
    private static final int MAX = 20;

    @Test
    void linesAreTheSameHoweverTheInputIsCut() {
        for (long seed = 1; seed <= 2_000; seed++) {
            Random random = new Random(seed);
            String input = input(random);

            List<String> read = new ArrayList<>();
            LineBuffer lines = new LineBuffer(MAX);
            byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(40));
                lines.add(Buffer.buffer(bytes).getBuffer(at, at + length));
                at += length;
                if (random.nextInt(3) > 0) {
                    drain(lines, read);
                }
            }
            lines.end();
            drain(lines, read);

            assertThat(read).as("seed %d", seed).isEqualTo(expected(input));
            assertThat(lines.isEmpty()).as("seed %d", seed).isTrue();
        }
    }

    private static String input(Random random) {
        StringBuilder input = new StringBuilder();
        int count = random.nextInt(30);
        for (int i = 0; i < count; i++) {
            switch (random.nextInt(4)) {
                case 0 -> input.append(random.nextBoolean() ? "" : " \t\r");
                case 1 -> input.append("x".repeat(MAX - 1 + random.nextInt(3)));
                case 2 -> input.append("y".repeat(MAX * (1 + random.nextInt(5)) + 1));
                default -> input.append("line ").append(i);
            }
            if (i < count - 1 || random.nextBoolean()) {
                input.append('\n');
            }
        }
        return input.toString();
    }

    private static List<String> expected(String input) {
        List<String> expected = new ArrayList<>();
        String[] lines = input.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].length() > MAX) {
                expected.add((i + 1) + " too long");
            } else if (!lines[i].isBlank()) {
                expected.add((i + 1) + " " + lines[i]);
            }
        }
        return expected;
    }

    private static void drain(LineBuffer lines, List<String> into) {
        while (lines.hasNext()) {
            LineBuffer.Line line = lines.next();
            into.add(line.number() + " "
                    + (line.bytes() == null ? "too long" : new String(line.bytes(), StandardCharsets.UTF_8)));
        }
    }
}
