package io.weir.server.log;

import io.weir.events.Topics;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record to write.
 *
 * @param headers names and UTF-8 values
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier on its way through, never compared
public record OutputRecord(
        Topics topic, int partition, byte @Nullable [] key, byte @Nullable [] value, Map<String, String> headers) {}
