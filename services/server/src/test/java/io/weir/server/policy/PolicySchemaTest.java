package io.weir.server.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The published JSON Schema takes every document that the server takes, and finds what is wrong with the shape of others. */
class PolicySchemaTest {
    private static final long SEED = Long.getLong("weir.test.seed", 20_261_122);
    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(PolicySchema.text());

    /** JSON is YAML, so both sides read the same text. */
    private static boolean taken(JsonObject document) {
        try {
            var unused = new PolicyCompiler().compile(document.encodePrettily());
            return true;
        } catch (PolicyException e) {
            return false;
        }
    }

    private static boolean fits(JsonObject document) {
        return SCHEMA.validate(document.encode(), InputFormat.JSON).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private static JsonObject json(String yaml) {
        return new JsonObject(
                (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(yaml));
    }

    private static JsonObject everything() {
        return json("""
                id: every-field
                description: All of it
                features:
                  - {name: a, aggregate: {entity: account, function: count, window: 1h}}
                  - {name: b, aggregate: {entity: terminal, function: fraud_rate, window: 7d, delay: 7d}}
                  - {name: c, aggregate: {entity: account, function: distinct, of: ip, window: 90d}}
                  - {name: d, aggregate: {entity: device, function: since_last, window: 30d}}
                  - {name: e, expression: a / 2.0}
                  - {name: f, aggregate: {entity: account, function: mean, value: "2.0 * a", filter: a > 1.0, window: 7d}}
                  - {name: g, aggregate: {entity: terminal, function: sum, label: fraud, window: 14d, delay: 7d}}
                  - {name: h, aggregate: {entity: terminal, function: since_last, label: genuine, window: 90d, delay: 7d}}
                  - {name: j, aggregate: {entity: device, function: distinct, of: account, window: 1d, delay: 1h}}
                  - {name: i, aggregate: {entity: ip, function: count_since_last, filter: a > 1.0, window: 1d}}
                rules:
                  - {code: R1, when: e > 1.0, weight: 40, reason: First}
                  - {code: R2, when: "transaction.hour < 6", weight: -10.5, reason: Second}
                thresholds: {review: 40, decline: 80.5}
                """);
    }

    @Test
    void theDefaultPolicyFits() {
        assertThat(SCHEMA.validate(json(DefaultPolicy.document()).encode(), InputFormat.JSON))
                .isEmpty();
    }

    @Test
    void everyFieldFits() {
        assertThat(taken(everything())).isTrue();
        assertThat(fits(everything())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id: 'has spaces'",
                "unknown: 1",
                "description: ''",
                "features: [{name: a}]",
                "features: [{name: a, expression: '1.0', aggregate: {entity: account, function: count, window: 1d}}]",
                "features: [{name: 1a, expression: '1.0'}]",
                "features: [{name: a, aggregate: {entity: shop, function: count, window: 1d}}]",
                "features: [{name: a, aggregate: {entity: account, function: median, window: 1d}}]",
                "features: [{name: a, aggregate: {entity: account, function: count, window: 1w}}]",
                "features: [{name: a, aggregate: {entity: account, function: count}}]",
                "features: [{name: a, aggregate: {entity: account, function: count, window: 1d, of: ip}}]",
                "features: [{name: a, aggregate: {entity: account, function: distinct, window: 1d}}]",
                "features: [{name: a, aggregate: {entity: account, function: distinct, of: account, window: 1d}}]",
                "features: [{name: a, aggregate: {entity: device, function: distinct, of: device, window: 1d}}]",
                "features: [{name: a, aggregate: {entity: device, function: distinct, of: shop, window: 1d}}]",
                "features: [{name: a, aggregate: {entity: account, function: since_last, window: 1d, delay: 1w}}]",
                "features: [{name: a, aggregate: {entity: ip, function: count_since_last, window: 1d}}]",
                "features: [{name: a, aggregate: {entity: ip, function: max, label: fraud, window: 1d}}]",
                "features: [{name: a, aggregate: {entity: ip, function: count, label: frauds, window: 1d}}]",
                "features: [{name: a, aggregate: {entity: ip, function: count, value: '1.0', window: 1d}}]",
                "features: [{name: a, aggregate: {entity: account, function: distinct, of: ip, filter: 'true', window: 1d}}]",
                "rules: [{code: R, when: 'true', weight: 101, reason: x}]",
                "rules: [{code: R, when: 'true', weight: 1}]",
                "rules: [{code: 'R 1', when: 'true', weight: 1, reason: x}]",
                "thresholds: {review: 0, decline: 80}",
                "thresholds: {review: 40}",
                "thresholds: {review: 40, decline: 101}",
            })
    void whatIsWrongWithTheShapeIsFoundByBoth(String wrong) {
        JsonObject document = everything().mergeIn(json(wrong), false);
        assertThat(fits(document)).as("schema").isFalse();
        assertThat(taken(document)).as("server").isFalse();
    }

    /** Documents with something removed, added or exchanged: what the server takes must fit. */
    @Test
    void whatTheServerTakesFits() {
        Random random = new Random(SEED);
        int taken = 0;
        for (int round = 0; round < 800; round++) {
            JsonObject document = everything();
            for (int i = random.nextInt(3); i >= 0; i--) {
                damage(document, random);
            }
            if (taken(document)) {
                taken++;
                assertThat(fits(document))
                        .as("seed %d round %d: %s", SEED, round, document.encodePrettily())
                        .isTrue();
            }
        }
        assertThat(taken).isGreaterThan(40);
    }

    private static void damage(JsonObject in, Random random) {
        List<String> fields = new ArrayList<>(in.fieldNames());
        String field = fields.isEmpty() ? "id" : fields.get(random.nextInt(fields.size()));
        Object value = in.getValue(field);
        if (value instanceof JsonObject inner && random.nextInt(8) > 0) {
            damage(inner, random);
        } else if (value instanceof JsonArray items && !items.isEmpty() && random.nextInt(8) > 0) {
            damage(items.getJsonObject(random.nextInt(items.size())), random);
        } else if (random.nextInt(3) == 0) {
            in.remove(field);
        } else {
            in.put(
                    field,
                    List.of("x", 7, "2d", "1.5", true, "terminal", "", "max").get(random.nextInt(8)));
        }
    }
}
