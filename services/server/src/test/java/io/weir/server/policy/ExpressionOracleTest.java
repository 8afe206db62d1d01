package io.weir.server.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.compiler.CelCompiler;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelVariableResolver;
import io.weir.core.policy.BooleanExpression;
import io.weir.core.policy.NumberExpression;
import io.weir.events.TransactionSubmitted;
import io.weir.server.yaml.DocumentException;
import io.weir.server.yaml.Problems;
import io.weir.server.yaml.SourceText;
import io.weir.server.yaml.YamlNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/** Compiled expressions against dev.cel's own runtime. */
@NullMarked
class ExpressionOracleTest {
    private static final int EXPRESSIONS = 2_500;
    private static final int INPUTS = 8;
    private static final int MAX_DEPTH = 4;
    private static final String ERROR = "error";

    private final Problems problems = new Problems(new SourceText(""));
    private final ExpressionCompiler ours = new ExpressionCompiler(problems, RandomExpressions.FEATURES);
    private final CelCompiler compiler = ExpressionCompiler.compiler(RandomExpressions.FEATURES);
    private final CelRuntime runtime = CelRuntimeFactory.standardCelRuntimeBuilder()
            .setOptions(ExpressionCompiler.OPTIONS)
            .build();

    @Test
    void randomConditionsHoldWhereTheyHoldInCel() throws Exception {
        long seed = 20261122;
        Random random = new Random(seed);
        RandomExpressions expressions = new RandomExpressions(random);
        int errors = 0;
        for (int i = 0; i < EXPRESSIONS; i++) {
            RandomExpressions.Pair pair = expressions.condition(1 + random.nextInt(MAX_DEPTH));
            BooleanExpression compiled = condition(pair.ours());
            CelRuntime.Program oracle = program(pair.oracle());
            for (int j = 0; j < INPUTS; j++) {
                Input input = Input.random(random);
                Object expected = evaluate(oracle, input);
                errors += expected.equals(ERROR) ? 1 : 0;
                assertThat(valueOrError(() -> compiled.evaluate(input.transaction(), input.features())))
                        .as("seed %d, expression %d: %s%nfor %s", seed, i, pair.ours(), input)
                        .isEqualTo(expected);
            }
        }
        assertThat(errors).as("evaluations that end in an error").isGreaterThan(EXPRESSIONS / 4);
    }

    @Test
    void randomNumbersAreWhatTheyAreInCel() throws Exception {
        long seed = 4;
        Random random = new Random(seed);
        RandomExpressions expressions = new RandomExpressions(random);
        for (int i = 0; i < EXPRESSIONS; i++) {
            int depth = 1 + random.nextInt(MAX_DEPTH);
            RandomExpressions.Pair pair = random.nextBoolean() ? expressions.number(depth) : expressions.integer(depth);
            NumberExpression compiled = number(pair.ours());
            CelRuntime.Program oracle = program(pair.oracle());
            for (int j = 0; j < INPUTS; j++) {
                Input input = Input.random(random);
                Object result = evaluate(oracle, input);
                Object expected = result instanceof Number number ? (Object) number.doubleValue() : result;
                assertThat(valueOrError(() -> compiled.evaluate(
                                input.transaction(), input.features()))) // NaN equals NaN here, and -0.0 is not 0.0
                        .as("seed %d, expression %d: %s%nfor %s", seed, i, pair.ours(), input)
                        .isEqualTo(expected);
            }
        }
    }

    private BooleanExpression condition(String text) throws DocumentException {
        BooleanExpression expression = ours.condition(scalar(text), "when");
        problems.throwIfAny();
        return expression;
    }

    private NumberExpression number(String text) throws DocumentException {
        ExpressionCompiler.Compiled<NumberExpression> compiled =
                ours.number(scalar(text), "expression", RandomExpressions.FEATURES.size(), "a feature");
        problems.throwIfAny();
        return compiled.expression();
    }

    private static YamlNode.Scalar scalar(String text) {
        return new YamlNode.Scalar(0, text, ScalarStyle.PLAIN);
    }

    private CelRuntime.Program program(String text) throws Exception {
        return runtime.createProgram(compiler.compile(text).getAst());
    }

    private static Object evaluate(CelRuntime.Program program, Input input) {
        try {
            return program.eval(input.resolver());
        } catch (CelEvaluationException e) {
            return ERROR;
        }
    }

    private static Object valueOrError(Supplier<Object> evaluation) {
        try {
            return evaluation.get();
        } catch (ArithmeticException e) {
            return ERROR;
        }
    }

    /** What an expression is evaluated over. */
    record Input(TransactionSubmitted transaction, double[] features) {
        private static final long[] INTEGERS = {0, 1, -1, 2, 1000, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 62};
        private static final double[] NUMBERS = {
            0.0, -0.0, 1.0, -1.0, 2.5, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e308, 0x1p63
        };
        private static final List<String> STRINGS = List.of("", "EUR", "US", "EU", "é", "😀", "\uFFFF", "a'b");

        static Input random(Random random) {
            double[] features = random.doubles(RandomExpressions.FEATURES.size(), -3, 3)
                    .map(value -> random.nextBoolean() ? value : NUMBERS[random.nextInt(NUMBERS.length)])
                    .toArray();
            return new Input(
                    new TransactionSubmitted(
                            string(random),
                            string(random),
                            random.nextBoolean() ? random.nextLong(4_000_000_000_000L) - 1_000_000_000_000L : 0,
                            0,
                            random.nextBoolean() ? random.nextLong(2_000) : INTEGERS[random.nextInt(INTEGERS.length)],
                            string(random),
                            optional(random),
                            optional(random),
                            optional(random),
                            optional(random),
                            optional(random),
                            optional(random),
                            optional(random),
                            optional(random)),
                    features);
        }

        private static String string(Random random) {
            return STRINGS.get(random.nextInt(STRINGS.size()));
        }

        private static @Nullable String optional(Random random) {
            return random.nextInt(3) == 0 ? null : string(random);
        }

        /** Boxes anew at each look-up: dev.cel takes one and the same NaN object for equal to itself. */
        CelVariableResolver resolver() {
            Map<String, Object> fields = new HashMap<>();
            ZonedDateTime time =
                    Instant.ofEpochMilli(transaction.occurredAtMs()).atZone(ZoneOffset.UTC);
            fields.put("amountMinor", transaction.amountMinor());
            fields.put("occurredAtMs", transaction.occurredAtMs());
            fields.put("hour", (long) time.getHour());
            fields.put("dayOfWeek", (long) time.getDayOfWeek().getValue());
            fields.put("transactionId", transaction.transactionId());
            fields.put("accountId", transaction.accountId());
            fields.put("currency", transaction.currency());
            fields.put("terminalId", transaction.terminalId());
            fields.put("merchantId", transaction.merchantId());
            fields.put("merchantCategory", transaction.merchantCategory());
            fields.put("counterpartyId", transaction.counterpartyId());
            fields.put("deviceId", transaction.deviceId());
            fields.put("ip", transaction.ip());
            fields.put("country", transaction.country());
            fields.put("channel", transaction.channel());
            return name -> {
                int feature = RandomExpressions.FEATURES.indexOf(name);
                if (feature >= 0) {
                    return Optional.of(features[feature]);
                }
                String prefix = "transaction.";
                if (!name.startsWith(prefix) || !fields.containsKey(name.substring(prefix.length()))) {
                    return Optional.empty();
                }
                Object value = fields.get(name.substring(prefix.length()));
                return Optional.of(value == null ? "" : value);
            };
        }

        @Override
        public String toString() {
            return transaction + " with features " + Arrays.toString(features);
        }
    }
}
