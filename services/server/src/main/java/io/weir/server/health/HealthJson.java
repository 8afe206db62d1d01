package io.weir.server.health;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.server.health.GroupLag.PartitionLag;
import io.weir.server.health.HotKeys.HotKey;
import io.weir.server.health.TopicSkew.Spread;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The cluster's health for programs. What is not known, or infinite, is null; a time that never comes is {@code "never"}. */
public final class HealthJson {
    private HealthJson() {}

    public static JsonObject of(ClusterHealth health) {
        return new JsonObject()
                .put("at", Instant.ofEpochMilli(health.timeMs()).toString())
                .put("level", word(health.level()))
                .put("findings", array(health.findings(), finding -> new JsonObject()
                        .put("level", word(finding.level()))
                        .put("text", finding.text())))
                .put("brokers", new JsonArray(health.brokers()))
                .put("lags", array(health.lags(), HealthJson::lag))
                .put("topics", array(health.topics(), topic -> new JsonObject()
                        .put("topic", topic.topic())
                        .put("partitions", topic.partitions())
                        .put("offline", new JsonArray(topic.offline()))
                        .put("underMinInSync", new JsonArray(topic.underMinInSync()))
                        .put("underReplicated", new JsonArray(topic.underReplicated()))))
                .put("leaders", array(health.leaders(), broker -> new JsonObject()
                        .put("broker", broker.broker())
                        .put("leaders", broker.leaders())
                        .put("ratio", broker.ratio())
                        .put("notPreferred", broker.notPreferred())))
                .put("skews", array(health.skews(), skew -> new JsonObject()
                        .put("topic", skew.topic())
                        .put("bytes", spread(skew.bytes()))
                        .put("records", spread(skew.records()))))
                .put("transactions", array(health.transactions(), open -> new JsonObject()
                        .put("transactionalId", open.transactionalId())
                        .put("state", open.state())
                        .put("ageMs", open.ageMs())
                        .put("timeoutMs", open.timeoutMs())
                        .put("partitions", array(open.partitions(), Object::toString))))
                .put(
                        "deadLetters",
                        new JsonObject()
                                .put(
                                        "kept",
                                        health.deadLetters().kept() < 0
                                                ? null
                                                : health.deadLetters().kept())
                                .put("perSecond", number(health.deadLetters().perSecond())))
                .put("unknown", array(health.unknown(), unknown -> new JsonObject()
                        .put("question", unknown.question())
                        .put("why", unknown.why())));
    }

    /** The hot keys of an instance. */
    public static JsonArray hotKeys(List<HotKey> keys) {
        return array(keys, key -> new JsonObject()
                .put("partition", key.partition())
                .put("key", key.key())
                .put("share", key.share()));
    }

    private static JsonObject lag(GroupLag group) {
        return rate(
                        new JsonObject()
                                .put("group", group.group())
                                .put("topic", group.topic())
                                .put("members", group.members())
                                .put("idle", group.idle())
                                .put("level", word(group.level()))
                                .put("lag", group.lag()),
                        group.rate(),
                        group.catchUpSeconds())
                .put("partitions", array(group.partitions(), HealthJson::lag));
    }

    private static JsonObject lag(PartitionLag partition) {
        return rate(
                new JsonObject()
                        .put("partition", partition.partition())
                        .put("committed", partition.committed())
                        .put("end", partition.end())
                        .put("lag", partition.lag())
                        .put("held", partition.held())
                        .put("lost", partition.lost()),
                partition.rate(),
                partition.catchUpSeconds());
    }

    private static JsonObject rate(JsonObject json, Rate rate, double catchUpSeconds) {
        return json.put("producedPerSecond", number(rate.produced()))
                .put("consumedPerSecond", number(rate.consumed()))
                .put("trend", rate.trend().name().toLowerCase(Locale.ROOT))
                .put("catchUpSeconds", Double.isInfinite(catchUpSeconds) ? "never" : number(catchUpSeconds));
    }

    private static @Nullable JsonObject spread(@Nullable Spread spread) {
        return spread == null
                ? null
                : new JsonObject()
                        .put("total", spread.total())
                        .put("largestPartition", spread.largestPartition())
                        .put("largest", spread.largest())
                        .put("median", spread.median())
                        .put("ratio", spread.ratio());
    }

    private static @Nullable Double number(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private static String word(Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }

    private static <T> JsonArray array(Collection<T> elements, Function<T, Object> json) {
        JsonArray array = new JsonArray();
        elements.forEach(element -> array.add(json.apply(element)));
        return array;
    }
}
