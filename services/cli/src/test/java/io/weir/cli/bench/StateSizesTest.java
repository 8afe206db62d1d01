package io.weir.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes of directories and heaps. */
class StateSizesTest {
    @Test
    void aHeapIsTheSumOfItsHistogram() throws IOException {
        assertThat(StateSizes.heapIn("""
                        4711:
                         num     #instances         #bytes  class name (module)
                        -------------------------------------------------------
                           1:           100           3200  [B (java.base@25)
                        Total           100           3200
                        """)).isEqualTo(3200);
    }

    @Test
    void aProcessThatIsNotThereHasNoHeap() {
        assertThatThrownBy(() -> StateSizes.heapIn("java.io.IOException: No such process"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No such process");
    }

    @Test
    void aDirectoryIsTheSumOfItsFiles(@TempDir Path directory) throws IOException {
        Files.write(directory.resolve("one"), new byte[10]);
        Files.createDirectories(directory.resolve("deeper"));
        Files.write(directory.resolve("deeper/two"), new byte[5]);

        assertThat(StateSizes.filesIn(directory)).isEqualTo(15);
    }
}
