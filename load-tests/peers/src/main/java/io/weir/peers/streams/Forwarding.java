package io.weir.peers.streams;

import io.weir.core.policy.Entity;
import io.weir.peers.PeerScoring;
import io.weir.peers.streams.Decisions.Routed;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Sends downstream, under the key of whoever is to have it. */
record Forwarding(ProcessorContext<String, Routed> context, long timestampMs) implements PeerScoring.Output {
    @Override
    public void toEntity(Entity kind, String id, byte[] step) {
        context.forward(new Record<>(id, new Routed(kind, step), timestampMs));
    }

    @Override
    public void decided(String accountId, byte[] decision) {
        context.forward(new Record<>(accountId, new Routed(null, decision), timestampMs));
    }
}
