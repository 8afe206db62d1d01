package io.weir.server.log;

import java.time.Duration;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Leaves values as they are, and tells when the consumer that uses it is closed: a consumer closes this last. */
class LastClosed extends ByteArrayDeserializer {
    private final Sinks.Empty<Void> closed = Sinks.empty();

    /** Ends when the consumer is closed. */
    final Mono<Void> closed() {
        return closed.asMono();
    }

    /** Waits until the consumer is closed; false if it is not after so long. */
    final boolean await(Duration atMost) {
        try {
            closed().block(atMost);
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @Override
    public final void close() {
        closed.tryEmitEmpty();
    }
}
