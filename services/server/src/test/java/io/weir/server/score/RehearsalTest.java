package io.weir.server.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Policy;
import io.weir.events.EventType;
import io.weir.events.EventWriter;
import io.weir.events.SchemaIds;
import io.weir.server.model.Models;
import io.weir.server.policy.DefaultPolicy;
import io.weir.server.policy.PolicyCompiler;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class RehearsalTest {
    private final EventWriter writer = new EventWriter(new Ids());

    @Test
    void everyPaymentIsDecided() throws Exception {
        assertThat(Rehearsal.of(policy(), writer, () -> 0)).isEqualTo(Rehearsal.PAYMENTS);
    }

    @Test
    void itEndsWhenItsTimeIsOver() throws Exception {
        AtomicLong nowNs = new AtomicLong();
        assertThat(Rehearsal.of(policy(), writer, () -> nowNs.getAndAdd(100_000_000)))
                .isEqualTo(7);
    }

    private static Policy policy() throws Exception {
        return new PolicyCompiler(new Models()::find).compile(DefaultPolicy.document());
    }

    private static final class Ids implements SchemaIds {
        private final List<EventType<?>> types = List.copyOf(EventType.all());

        @Override
        public int idOf(EventType<?> type) {
            return types.indexOf(type);
        }

        @Override
        public Schema schemaOf(int id) {
            return types.get(id).schema();
        }
    }
}
