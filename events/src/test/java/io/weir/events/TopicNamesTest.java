package io.weir.events;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A topic's name is written in {@link Topics} and nowhere else: not in code, scripts, configuration or dashboards. */
class TopicNamesTest {
    private static final Set<String> SKIPPED_DIRECTORIES = Set.of("target", "docs", "test");

    /** Prose: the schemas' own documentation, and the HTTP interface's. */
    private static final Set<String> SKIPPED_FILES = Set.of("Topics.java", "openapi.yaml");

    private static final Set<String> CHECKED_SUFFIXES =
            Set.of("java", "sh", "yaml", "yml", "properties", "json", "xml", "toml", "conf", "py");

    /** Not followed by more of a word: weir.decisions-per-second and weir.control.x are other names; a subject is not. */
    private static final Pattern TOPIC_NAME = Pattern.compile(Arrays.stream(Topics.values())
            .map(topic -> Pattern.quote(topic.topicName()))
            .collect(joining("|", "(?<![\\w.-])(?:", ")(?!\\w|\\.\\w|-(?!io\\.weir\\.)\\w)")));

    /** Literals first, so that a comment sign within one starts no comment. */
    private static final Pattern JAVA_LITERAL_OR_COMMENT = Pattern.compile(
            "(\"\"\"[\\s\\S]*?\"\"\"|\"[^\"\\\\\n]*+(?:\\\\.[^\"\\\\\n]*+)*+\"|'(?:\\\\.|[^'\\\\\n])++')"
                    + "|//[^\n]*+|/\\*[\\s\\S]*?\\*/");

    private static final Pattern HASH_COMMENT = Pattern.compile("(?m)(?:^|\\s)#.*$");

    @Test
    void standInOneFileOnly() throws IOException {
        // Any encoding will do: the names are ASCII.
        Path home = Path.of(System.getProperty("weir.home"));
        List<String> found = new ArrayList<>();
        List<Path> files = checkedFiles(home);
        for (Path file : files) {
            for (String name : topicNames(file.getFileName().toString(), Files.readString(file, ISO_8859_1))) {
                found.add(home.relativize(file) + ": " + name);
            }
        }
        assertThat(files).as("files looked at").anyMatch(file -> file.endsWith("TransactionDecided.java"));
        assertThat(found).as("topic names; use Topics instead").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "send(\"weir.control\")",
                "\"weir.decisions-io.weir.events.TransactionDecided\"",
                "\"\"\"\n  topic: weir.fraud-alerts\n\"\"\"",
                "\"// weir.dead-letters\"",
                "\"a\\\"weir.control\"",
                "'\"' + \"weir.control\" + '\"'",
            })
    void areFoundInCode(String code) {
        assertThat(topicNames("A.java", code)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "System.getProperty(\"weir.home\")",
                "import io.weir.control.Plane;",
                "\"weir.control.timeout\"",
                "\"weir.decisions-per-second\"",
                "// weir.control",
                "/* see {@code weir.control} */",
                "\"the other\" /* of weir.control */ + \"one\"",
            })
    void areNotMistaken(String code) {
        assertThat(topicNames("A.java", code)).isEmpty();
    }

    @Test
    void areFoundInScriptsButNotInTheirComments() {
        assertThat(topicNames(
                        "run.sh", "#!/bin/sh\n# reads weir.control\nread --topic weir.decisions # weir.control\n"))
                .containsExactly("weir.decisions");
        assertThat(topicNames("rules.yaml", "expr: lag{topic=\"weir.transactions\"} > 1\n"))
                .containsExactly("weir.transactions");
    }

    private static List<String> topicNames(String fileName, String text) {
        String checked = fileName.endsWith(".java")
                ? JAVA_LITERAL_OR_COMMENT
                        .matcher(text)
                        .replaceAll(match -> match.group(1) == null ? " " : Matcher.quoteReplacement(match.group()))
                : HASH_COMMENT.matcher(text).replaceAll("");
        return TOPIC_NAME.matcher(checked).results().map(match -> match.group()).toList();
    }

    /** Sources, scripts and configuration; what is built, hidden, prose or a test is left out. */
    private static List<Path> checkedFiles(Path home) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(home, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                String name = directory.getFileName().toString();
                boolean hidden = name.startsWith(".") && !name.equals(".ci");
                return !directory.equals(home) && (hidden || SKIPPED_DIRECTORIES.contains(name))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                boolean script = !name.contains(".");
                String suffix = name.substring(name.lastIndexOf('.') + 1);
                if (!SKIPPED_FILES.contains(name) && (script || CHECKED_SUFFIXES.contains(suffix))) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }
}
