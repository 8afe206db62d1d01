package io.weir.server.audit;

import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.EventWriter;
import io.weir.events.FraudAlertRaised;
import io.weir.events.MalformedValueException;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.server.log.History;
import io.weir.server.log.LogRecord;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The alerts of a partition lie in the order of their decisions: a decision that alerts has the next one, no other has. */
final class AlertCheck {
    private final History history;
    private final int partition;
    private final Consumer<Divergence> divergences;
    private final EventReader reader;
    private final EventWriter writer;
    private final boolean whole;
    private @Nullable LogRecord next;
    private @Nullable FraudAlertRaised alert;
    /** Decisions came by that could not be recomputed: their alerts are not judged either. */
    private boolean uncertain;

    AlertCheck(History history, int partition, SchemaIds schemaIds, Consumer<Divergence> divergences) {
        this.history = history;
        this.partition = partition;
        this.divergences = divergences;
        this.reader = new EventReader(schemaIds);
        this.writer = new EventWriter(schemaIds);
        this.whole = history.start(Topics.FRAUD_ALERTS, partition) == 0;
        this.uncertain = !whole;
        advance();
    }

    /** A decision that was recomputed, in the order of the log. */
    void decided(long sourceOffset, @Nullable FraudAlertRaised expected) {
        FraudAlertRaised found;
        while ((found = alert) != null && found.sourceOffset() < sourceOffset) {
            surplus(found);
            advance();
        }
        if (found != null && found.sourceOffset() == sourceOffset) {
            if (expected == null) {
                surplus(found);
            } else {
                compare(found, expected);
            }
            advance();
            uncertain = false;
        } else if (expected != null && !uncertain) {
            tell(null, expected, "no alert was raised for a decision that asks for one");
        }
    }

    /** A decision came by of which nothing can be said. */
    void notVerifiable() {
        uncertain = true;
    }

    /** After the last decision. */
    void finish() {
        FraudAlertRaised found;
        while ((found = alert) != null) {
            surplus(found);
            advance();
        }
    }

    private void compare(FraudAlertRaised found, FraudAlertRaised expected) {
        LogRecord record = next;
        if (record != null && !Arrays.equals(record.value(), writer.write(expected)) && !found.equals(expected)) {
            tell(record.offset(), expected, "the alert is not what its decision says: " + found);
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
                java.util.List.of()));
    }

    private void advance() {
        alert = null;
        while (alert == null && (next = history.next(Topics.FRAUD_ALERTS, partition)) != null) {
            try {
                Event event = reader.read(next.value());
                alert = event instanceof FraudAlertRaised raised ? raised : null;
            } catch (MalformedValueException e) {
                alert = null;
            }
            if (alert == null) {
                divergences.accept(new Divergence(
                        Divergence.Kind.ALERT,
                        Topics.FRAUD_ALERTS.topicName(),
                        partition,
                        next.offset(),
                        null,
                        null,
                        null,
                        "its bytes are no alert",
                        java.util.List.of()));
            }
        }
    }
}
