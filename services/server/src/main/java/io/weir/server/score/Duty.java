package io.weir.server.score;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.events.Event;
import io.weir.events.Topics;
import io.weir.server.log.LogRecord;

/** What an engine makes of the records of its partitions. */
enum Duty {
    /** Decides by the active policy and tells everything that came of it. */
    DECIDE(Topics.DECISIONS) {
        @Override
        void decide(Event event, LogRecord record, DecisionStateMachine machine, PolicyBook policies, Batch batch) {
            batch.add(record, machine.measure(event, record.partition(), record.offset(), batch.rows()));
        }
    },
    /**
     * Decides by each policy in shadow, into a topic of its own. Alerts, duplicates and dead letters are told by those who
     * decide. Its partitions' positions are committed as soon as they come, so that a restart knows where it began.
     */
    SHADOW(Topics.SHADOW_DECISIONS) {
        @Override
        void decide(Event event, LogRecord record, DecisionStateMachine machine, PolicyBook policies, Batch batch) {
            batch.add(record, machine.decideBeside(policies.inShadow(), event, record.partition(), record.offset()));
        }
    };

    private final Topics decisions;

    Duty(Topics decisions) {
        this.decisions = decisions;
    }

    /** Where its decisions go. */
    Topics decisions() {
        return decisions;
    }

    /** Folds a record and adds what came of it. */
    abstract void decide(Event event, LogRecord record, DecisionStateMachine machine, PolicyBook policies, Batch batch);
}
