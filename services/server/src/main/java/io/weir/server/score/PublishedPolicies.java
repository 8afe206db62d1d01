package io.weir.server.score;

import io.weir.core.policy.Policy;
import io.weir.events.ModelPublished;
import io.weir.events.PolicyActivated;
import io.weir.events.PolicyPublished;
import io.weir.events.PolicyShadowed;
import io.weir.events.Topics;
import io.weir.server.log.EngineLog;
import io.weir.server.log.LogRecord;
import io.weir.server.log.RecordSource;
import io.weir.server.policy.PolicySource;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/**
 * The policies that count when an engine's life begins, see {@link KeptPolicies}: what they select is folded from its first
 * event on. For one that is published later and selects something else there is a {@link WarmUp}.
 */
final class PublishedPolicies implements AutoCloseable {
    private static final TopicPartition CONTROL = new TopicPartition(Topics.CONTROL.topicName(), 0);

    private final RecordSource source;
    private final RecordDecoder decoder;
    private final PolicySource compiler;
    private final KeptPolicies policies = new KeptPolicies();
    private long end = -1;
    private boolean complete;

    /** {@code compiler} makes a policy of a document; it throws if that does not compile. */
    PublishedPolicies(EngineLog log, RecordDecoder decoder, PolicySource compiler) {
        this.source = log.open("policies");
        this.decoder = decoder;
        this.compiler = compiler;
        source.assign(List.of(CONTROL));
    }

    /**
     * Reads on; returns whether everything has been read.
     *
     * @param timeout how long to wait when there is nothing
     */
    boolean readOn(Duration timeout) {
        if (complete) {
            return true;
        }
        if (end < 0) {
            end = source.stableEnds(List.of(CONTROL)).getOrDefault(CONTROL, 0L);
        }
        if (source.position(CONTROL) < end) {
            source.poll(timeout).forEach(this::take);
        }
        complete = source.position(CONTROL) >= end;
        return complete;
    }

    /** Those for which a state keeps what they select. */
    Collection<Policy> policies() {
        return policies.kept();
    }

    @Override
    public void close() {
        source.close();
    }

    /** What cannot be used is reported where it is folded. */
    private void take(LogRecord record) {
        try {
            switch (decoder.decode(record)) {
                case ModelPublished model -> compiler.take(model);
                case PolicyPublished publication -> policies.published(compiler.policy(publication.document()));
                case PolicyShadowed change -> policies.shadowed(change, record.offset());
                case PolicyActivated activation -> policies.activated(activation.policySha256());
                default -> {
                    // nothing that a state is kept for
                }
            }
        } catch (RecordDecoder.UndecodableException e) {
            // no policy
        } catch (RuntimeException e) {
            Folding.rethrowIfTransient(e);
        }
    }
}
