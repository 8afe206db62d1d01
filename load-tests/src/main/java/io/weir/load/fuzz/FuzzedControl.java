package io.weir.load.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.events.Event;
import io.weir.events.EventWriter;
import io.weir.events.ListChanged;
import io.weir.events.ModelPublished;
import io.weir.events.PolicyActivated;
import io.weir.events.PolicyPublished;
import io.weir.events.PolicyShadowed;
import io.weir.events.RuleShadowed;
import io.weir.events.SchemaIds;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.load.fuzz.FuzzedRecord.Fate;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes records for {@code weir.control} that must change nothing: bytes that are no event, and events that say nothing that
 * could be done. The same from the same seed.
 */
final class FuzzedControl {
    private static final int DEEP = 20_000;
    /** The longest expression that is looked at. */
    private static final int EXPRESSION = 3_990;

    private static final int MEGABYTE = 1_000_000;
    private static final int KINDS = 12;

    private final Random random;
    private final EventWriter writer;
    private final long nowMs;

    FuzzedControl(long seed, SchemaIds schemaIds, long nowMs) {
        this.random = new Random(seed);
        this.writer = new EventWriter(schemaIds);
        this.nowMs = nowMs;
    }

    FuzzedRecord next() {
        Sha256 unknown = Sha256.of(FuzzedJson.noise(random, 8));
        return switch (random.nextInt(KINDS)) {
            case 0 -> record("noise", FuzzedJson.noise(random, random.nextInt(2_000)));
            case 1 -> record("1 MB of noise", FuzzedJson.noise(random, MEGABYTE));
            case 2 -> record("null", (byte[]) null);
            case 3 -> truncated(unknown);
            case 4 -> record("activation of nothing", new PolicyActivated("x", unknown, nowMs, "fuzz"));
            case 5 -> record("shadow of nothing", new PolicyShadowed("x", unknown, true, nowMs, "fuzz"));
            case 6 -> record("rule of nothing", new RuleShadowed("x", unknown, "X", true, "fuzz", nowMs, "fuzz"));
            case 7 -> record("list of oddities", list());
            case 8 -> record("model of noise", model(unknown));
            case 9 -> record("policy of another document", new PolicyPublished("x", unknown, "id: x", nowMs, "fuzz"));
            case 10 -> record("policy of deep nesting", policy("id: x\nrules: " + "[".repeat(DEEP)));
            default -> record("policy of deep expressions", policy(deepExpression()));
        };
    }

    /** A policy that is well, but for its one expression. */
    private String deepExpression() {
        String expression =
                switch (random.nextInt(5)) {
                    case 0 -> "(".repeat(EXPRESSION / 2) + "1" + ")".repeat(EXPRESSION / 2 - 1);
                    case 1 -> "!".repeat(EXPRESSION);
                    case 2 -> "1" + "+1".repeat(EXPRESSION / 2);
                    case 3 -> "[".repeat(EXPRESSION / 2);
                    default -> "true ? ".repeat(EXPRESSION / 7);
                };
        return "id: x\nfeatures:\n  - name: f\n    expression: \"" + expression + "\"\n"
                + "rules:\n  - {code: R, when: f > 1.0, weight: 1, reason: r}\n"
                + "thresholds: {review: 20, decline: 60}\nonDeadline: pending\n";
    }

    private FuzzedRecord truncated(Sha256 unknown) {
        byte[] value = writer.write(new PolicyActivated("x", unknown, nowMs, "fuzz"));
        return record("truncated Avro", Arrays.copyOf(value, random.nextInt(value.length)));
    }

    private ListChanged list() {
        return new ListChanged(
                "fuzz\u0000" + random.nextInt(), List.of("", "x".repeat(10_000)), List.of(""), "", -1, "");
    }

    private ModelPublished model(Sha256 unknown) {
        return new ModelPublished(
                unknown, "", "xgboost", FuzzedJson.noise(random, random.nextInt(5_000)), null, Long.MIN_VALUE, "");
    }

    private PolicyPublished policy(String document) {
        return new PolicyPublished("x", Sha256.of(document.getBytes(UTF_8)), document, nowMs, "fuzz");
    }

    private FuzzedRecord record(String kind, Event event) {
        return record(kind, writer.write(event));
    }

    private static FuzzedRecord record(String kind, byte @Nullable [] value) {
        return new FuzzedRecord(
                "control: " + kind,
                Fate.PASSED_OVER,
                new ProducerRecord<>(Topics.CONTROL.topicName(), "x".getBytes(UTF_8), value));
    }
}
