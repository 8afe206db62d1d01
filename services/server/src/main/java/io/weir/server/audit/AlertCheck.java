package io.weir.server.audit;

import io.weir.events.EventReader;
import io.weir.events.EventWriter;
import io.weir.events.FraudAlertRaised;
import io.weir.events.MalformedValueException;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.server.log.History;
import io.weir.server.log.LogRecord;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The alerts of a partition lie in the order of their decisions: a decision that alerts has the next one, no other has. */
final class AlertCheck {
    private final History history;
    private final int partition;
    private final Consumer<Divergence> divergences;
    private final EventReader reader;
    private final EventWriter writer;
    private @Nullable LogRecord next;
    /** The one after it, once it was looked at. */
    private @Nullable LogRecord afterNext;

    /** Decisions came by that could not be recomputed: their alerts are not judged either. */
    private boolean uncertain;

    AlertCheck(History history, int partition, SchemaIds schemaIds, Consumer<Divergence> divergences) {
        this.history = history;
        this.partition = partition;
        this.divergences = divergences;
        this.reader = new EventReader(schemaIds);
        this.writer = new EventWriter(schemaIds);
        this.uncertain = history.start(Topics.FRAUD_ALERTS, partition) > 0;
        advance();
    }

    /**
     * A decision that was recomputed, in the order of the log. Nothing is decoded as long as all is as it should be: an alert
     * too many is found when the next one that belongs here is not the next there.
     */
    void decided(long sourceOffset, @Nullable FraudAlertRaised expected) {
        if (expected == null) {
            return;
        }
        byte[] bytes = writer.write(expected);
        if (is(next, bytes)) {
            uncertain = false;
            advance();
            return;
        }
        FraudAlertRaised found;
        while ((found = alert()) != null && found.sourceOffset() < sourceOffset) {
            surplus(found);
            advance();
        }
        if (found != null && found.sourceOffset() == sourceOffset) {
            compare(found, expected, bytes);
            uncertain = false;
            advance();
        } else if (found != null && is(lookAhead(), bytes)) { // in between lies one that does not belong here
            surplus(found);
            advance();
            advance();
        } else if (!uncertain) {
            tell(null, expected, "no alert was raised for a decision that asks for one");
        }
    }

    /** A decision came by of which nothing can be said. */
    void notVerifiable() {
        uncertain = true;
    }

    /**
     * After the last decision.
     *
     * @param decidedTo offset after the last transaction whose decision was read; alerts of later ones are those of engines
     *     that work on
     */
    void finish(long decidedTo) {
        FraudAlertRaised found;
        while ((found = alert()) != null) {
            if (found.sourceOffset() < decidedTo) {
                surplus(found);
            }
            advance();
        }
    }

    private static boolean is(@Nullable LogRecord record, byte[] value) {
        return record != null && Arrays.equals(record.value(), value);
    }

    private @Nullable LogRecord lookAhead() {
        if (afterNext == null) {
            afterNext = history.next(Topics.FRAUD_ALERTS, partition);
        }
        return afterNext;
    }

    private void compare(FraudAlertRaised found, FraudAlertRaised expected, byte[] bytes) {
        if (next != null && !is(next, bytes) && !found.equals(expected)) {
            tell(next.offset(), expected, "the alert is not what its decision says: " + found);
        }
    }

    private void surplus(FraudAlertRaised found) {
        if (!uncertain && next != null) {
            tell(next.offset(), found, "an alert that belongs to no decision, or to one that has its alert");
        }
    }

    private void tell(@Nullable Long offset, FraudAlertRaised of, String detail) {
        divergences.accept(new Divergence(
                Divergence.Kind.ALERT,
                Topics.FRAUD_ALERTS.topicName(),
                partition,
                offset,
                of.transactionId(),
                of.accountId(),
                of.sourceOffset(),
                detail,
                List.of()));
    }

    private void advance() {
        next = lookAhead();
        afterNext = null;
    }

    /** The next record as an alert, or null at the end; what is none is told and passed over. */
    private @Nullable FraudAlertRaised alert() {
        LogRecord record;
        while ((record = next) != null) {
            try {
                if (reader.read(record.value()) instanceof FraudAlertRaised alert) {
                    return alert;
                }
            } catch (MalformedValueException e) {
                // told below
            }
            divergences.accept(new Divergence(
                    Divergence.Kind.ALERT,
                    Topics.FRAUD_ALERTS.topicName(),
                    partition,
                    record.offset(),
                    null,
                    null,
                    null,
                    "its bytes are no alert",
                    List.of()));
            advance();
        }
        return null;
    }
}
