package io.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalHomeTest {
    @Test
    void theRootIsFoundAboveTheWorkingDirectory() {
        Path named = LocalHome.find().root();
        String property = System.clearProperty("weir.home");
        try {
            assertThat(LocalHome.find().root()).isEqualTo(named);
        } finally {
            System.setProperty("weir.home", property == null ? named.toString() : property);
        }
    }

    @Test
    void theBrokerIsOfTheSameVersionAsTheClients() {
        assertThat(LocalHome.find().kafkaLibs().resolve("kafka-clients-" + AppInfoParser.getVersion() + ".jar"))
                .exists();
    }

    @Test
    void whatIsNotBuiltIsNamedTogetherWithTheRemedy(@TempDir Path empty) {
        assertThatThrownBy(() -> new LocalHome(empty).kafkaLibs())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("mvn -pl deploy/local/runtime package")
                .hasMessageContaining(empty.toString());
    }
}
