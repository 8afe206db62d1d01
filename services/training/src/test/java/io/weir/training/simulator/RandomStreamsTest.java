package io.weir.training.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Known answers: of the authors of MT19937, of numpy 2.4 ({@code RandomState}) and of Python 3.11 ({@code random}). */
class RandomStreamsTest {

    @Test
    void oneWordSeedGivesTheReferenceWordsPastSeveralTwists() {
        MersenneTwister twister = MersenneTwister.seededBy(5489);

        long[] words = words(twister, 10_000);

        assertThat(words).startsWith(3_499_211_612L, 581_869_302L, 3_890_346_734L);
        assertThat(words[9_999]).isEqualTo(4_123_659_995L);
    }

    @Test
    void keySeedGivesTheReferenceWords() {
        MersenneTwister twister = MersenneTwister.seededByArray(0x123, 0x234, 0x345, 0x456);

        assertThat(words(twister, 5))
                .containsExactly(1_067_595_299L, 955_945_823L, 477_289_528L, 4_107_218_783L, 4_228_976_476L);
    }

    @Test
    void wordsAreThoseOfNumpyAndOfPythonForTheSameSeed() {
        assertThat(words(MersenneTwister.seededBy(4999), 3))
                .containsExactly(3_694_172_552L, 2_572_380_617L, 1_345_827_367L);
        assertThat(words(MersenneTwister.seededByArray(4999), 3))
                .containsExactly(2_516_720_696L, 676_215_406L, 790_336_120L);
    }

    @Test
    void uniformIsThatOfNumpy() {
        NumpyRandom random = new NumpyRandom(1);

        assertThat(random.uniform(5, 100)).isEqualTo(44.61709044674453);
        assertThat(random.uniform(5, 100)).isEqualTo(73.43082687700502);
        assertThat(random.uniform(5, 100)).isEqualTo(5.010865607647764);
    }

    @Test
    void normalIsThatOfNumpyIncludingTheCachedSecondValue() {
        NumpyRandom random = new NumpyRandom(0);

        assertThat(random.normal(43_200, 20_000)).isEqualTo(78481.04691935328);
        assertThat(random.normal(43_200, 20_000)).isEqualTo(51203.144167344464);
        assertThat(random.normal(43_200, 20_000)).isEqualTo(62774.75968211479);
        assertThat(random.normal(43_200, 20_000)).isEqualTo(88017.86398402916);
    }

    @Test
    void poissonIsThatOfNumpyAndDrawsNothingForRateZero() {
        NumpyRandom random = new NumpyRandom(0);

        int[] counts = {
            random.poisson(3.5),
            random.poisson(0.0),
            random.poisson(0.5),
            random.poisson(2.0),
            random.poisson(9.5),
            random.poisson(1.0),
            random.poisson(3.99)
        };

        assertThat(counts).containsExactly(6, 0, 2, 4, 9, 1, 6);
        assertThat(random.uniform(0, 1)).as("as many draws were made").isEqualTo(0.018789800436355142);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 10.0, Double.NaN})
    void poissonRefusesRatesOfAnotherMethod(double rate) {
        assertThatIllegalArgumentException().isThrownBy(() -> new NumpyRandom(0).poisson(rate));
    }

    @Test
    void sampleWithoutReplacementIsThatOfNumpy() {
        assertThat(new NumpyRandom(0).sample(10_000, 2)).containsExactly(9394, 898);
        assertThat(new NumpyRandom(1).sample(10_000, 2)).containsExactly(9953, 3850);
        assertThat(new NumpyRandom(4999).sample(7, 7)).containsExactly(2, 4, 3, 6, 5, 1, 0);
    }

    @Test
    void choiceIsThatOfPython() {
        PythonRandom random = new PythonRandom(0);
        int[] values = IntStream.range(10, 27).toArray();

        assertThat(IntStream.range(0, 10).map(i -> random.choice(values)))
                .containsExactly(22, 23, 11, 18, 26, 25, 22, 19, 25, 21);
    }

    @Test
    void sampleIsThatOfPythonOnBothSidesOfItsChangeOfMethod() {
        assertThat(new PythonRandom(4999).sample(21, 5)).containsExactly(18, 5, 19, 3, 1);
        assertThat(new PythonRandom(4999).sample(22, 5)).containsExactly(18, 5, 3, 1, 0);
        assertThat(new PythonRandom(7).sample(85, 20))
                .containsExactly(41, 19, 50, 6, 9, 68, 12, 46, 74, 7, 64, 27, 4, 11, 55, 53, 8, 30, 71, 54);
        assertThat(new PythonRandom(7).sample(86, 20))
                .containsExactly(41, 19, 50, 83, 6, 9, 68, 12, 46, 74, 7, 64, 27, 4, 11, 55, 53, 8, 30, 70);
        assertThat(new PythonRandom(7).sample(277, 22)).endsWith(46, 217, 30, 63, 114, 31);
        assertThat(new PythonRandom(7).sample(278, 22)).endsWith(123, 46, 217, 30, 63, 114);
    }

    @Test
    void samplesOfNothingAreEmptyAndSamplesOfTooMuchAreRefused() {
        assertThat(new PythonRandom(7).sample(1, 0)).isEmpty();
        assertThat(new PythonRandom(7).sample(0, 0)).isEmpty();
        assertThat(new NumpyRandom(7).sample(0, 0)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> new PythonRandom(7).sample(2, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> new NumpyRandom(7).sample(2, 3));
    }

    private static long[] words(MersenneTwister twister, int count) {
        return LongStream.generate(() -> Integer.toUnsignedLong(twister.nextWord()))
                .limit(count)
                .toArray();
    }
}
