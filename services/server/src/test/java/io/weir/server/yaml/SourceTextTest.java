package io.weir.server.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SourceTextTest {
    private static final int CASES = 2_000;
    private static final List<String> WORDS =
            List.of("a", "bc", "&&", "'x'", "\"y\"", "\\d", "é", "😀", "(b)", "1.5", "''");

    @Test
    void findsEachCharacterOfAValueInItsSourceWhateverTheStyle() throws Exception {
        long seed = 7;
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            String document = "# 😀\nk: " + scalar(random, i % 5);
            SourceText source = new SourceText(document);
            YamlNode.Mapping root = (YamlNode.Mapping) YamlReader.read(new Problems(source), "");
            YamlNode.Scalar scalar = (YamlNode.Scalar) root.entries().get(0).value();
            int[] value = scalar.value().codePoints().toArray();
            int[] text = document.codePoints().toArray();
            int previous = -1;
            for (int offset = 0; offset < value.length; offset++) {
                int index = source.indexOf(scalar, offset);
                if (Character.isWhitespace(value[offset])) {
                    continue;
                }
                assertThat(index)
                        .as("seed %d, case %d, offset %d in%n%s", seed, i, offset, document)
                        .isGreaterThan(previous);
                boolean escaped = i % 5 == 2 && text[index] == '\\';
                if (!escaped) {
                    assertThat(Character.toString(text[index]))
                            .as("seed %d, case %d, offset %d in%n%s", seed, i, offset, document)
                            .isEqualTo(Character.toString(value[offset]));
                }
                previous = index;
            }
        }
    }

    @Test
    void countsLinesAndColumnsFromOneInCodePoints() {
        SourceText source = new SourceText("ab\r\n😀c\rd\n");
        assertThat(source.position(0)).isEqualTo(new SourceText.Position(1, 1));
        assertThat(source.position(4)).isEqualTo(new SourceText.Position(2, 1));
        assertThat(source.position(5)).isEqualTo(new SourceText.Position(2, 2));
        assertThat(source.position(7)).isEqualTo(new SourceText.Position(3, 1));
        assertThat(source.position(9)).isEqualTo(new SourceText.Position(4, 1));
        assertThat(source.position(1_000)).isEqualTo(new SourceText.Position(4, 1));
    }

    private static String scalar(Random random, int style) {
        StringBuilder text = new StringBuilder(style == 0 ? "v" : "");
        int words = 2 + random.nextInt(6);
        String lineBreak = random.nextBoolean() ? "\n   " : "\r\n   ";
        for (int i = 0; i < words; i++) {
            String word = WORDS.get(random.nextInt(WORDS.size()));
            String between = random.nextInt(3) == 0
                    ? lineBreak.repeat(1 + random.nextInt(2))
                    : " ".repeat(1 + random.nextInt(2));
            text.append(between)
                    .append(
                            switch (style) {
                                case 1 -> word.replace("'", "''");
                                case 2 -> escaped(word, random);
                                default -> word;
                            });
            if (style == 2 && random.nextInt(5) == 0) {
                text.append(random.nextBoolean() ? "\\\n     " : "\\\n  \n    ");
            }
        }
        return switch (style) {
            case 0 -> text.toString();
            case 1 -> "'" + text + "'";
            case 2 -> "\"" + text + "\"";
            case 3 -> "|- # literal\n   " + text.toString().stripLeading();
            default -> ">\n   " + text.toString().stripLeading();
        };
    }

    private static String escaped(String word, Random random) {
        StringBuilder text = new StringBuilder();
        word.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                text.append('\\').appendCodePoint(c);
            } else {
                switch (random.nextInt(8)) {
                    case 0 -> text.append(c < 256 ? String.format("\\x%02X", c) : String.format("\\U%08X", c));
                    case 1 -> text.append(c < 65536 ? String.format("\\u%04X", c) : String.format("\\U%08X", c));
                    case 2 -> text.appendCodePoint(c).append("\\t");
                    default -> text.appendCodePoint(c);
                }
            }
        });
        return text.toString();
    }
}
