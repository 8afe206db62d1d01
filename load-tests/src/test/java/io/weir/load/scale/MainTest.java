package io.weir.load.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.load.scale.Main.Cost;
import io.weir.load.scale.Main.Growing;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MainTest {
    @ParameterizedTest
    @EnumSource
    void everySizeIsMeasured(Growing growing, @TempDir Path directory) throws Exception {
        Path file = directory.resolve("costs");

        Main.main(new String[] {growing.name(), "10,100", "50", "1", "2", file.toString()});

        assertThat(Cost.read(file)).extracting(Cost::size).containsExactly(10, 100);
        assertThat(Cost.read(file)).allMatch(cost -> cost.perSecond() > 0 && cost.p99Us() > 0);
    }

    @Test
    void generatedPoliciesHaveTheirSizeAndAreTheSameForTheSameSeed() throws Exception {
        assertThat(Generated.rules(7, 1).rules()).hasSize(7);
        assertThat(Generated.rules(7, 1).sha256())
                .isEqualTo(Generated.rules(7, 1).sha256());
        assertThat(Generated.trees(3, 1).sha256())
                .isEqualTo(Generated.trees(3, 1).sha256())
                .isNotEqualTo(Generated.trees(3, 2).sha256());
    }
}
