package io.weir.server.views;

import java.util.ArrayDeque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one client of the stream is still to be sent, and how far it is. The feed's thread offers, the client's event loop
 * polls.
 */
final class StreamQueue {
    private final Predicate<HeldAlert> filter;
    private final int maximumBehind;
    private final ArrayDeque<StreamedAlert> waiting = new ArrayDeque<>();

    /** Everything up to here was offered. */
    private final StreamPosition offered;

    /** Everything up to here was polled, or is of no interest to the client. */
    private final StreamPosition polled;

    /** How many of those that wait were there before the client came: they do not count as being behind. */
    private int backlog;

    /** A client that has everything up to {@code from}. */
    StreamQueue(Predicate<HeldAlert> filter, int maximumBehind, StreamPosition from) {
        this.filter = filter;
        this.maximumBehind = maximumBehind;
        this.offered = from.copy();
        this.polled = from.copy();
    }

    /** Adds an alert from before the client came, unless the client has it. In the order of each partition. */
    synchronized void addBacklog(StreamedAlert alert) {
        if (!offered.isPast(alert.partition(), alert.offset()) && filter.test(alert.alert())) {
            waiting.add(alert);
            backlog++;
        }
    }

    /** The backlog is complete: the client is offered everything after {@code until}. */
    synchronized void endBacklog(StreamPosition until) {
        offered.pass(until);
        settle();
    }

    /**
     * Adds a new alert, if the client wants it and does not have it.
     *
     * @return false if the client is too far behind to take it
     */
    synchronized boolean offer(StreamedAlert alert) {
        if (offered.isPast(alert.partition(), alert.offset())) {
            return true;
        }
        if (filter.test(alert.alert())) {
            if (waiting.size() - backlog >= maximumBehind) {
                return false;
            }
            waiting.add(alert);
        }
        offered.pass(alert.partition(), alert.offset());
        settle();
        return true;
    }

    /** Passes over an alert that the client is not to see. */
    synchronized void skip(StreamedAlert alert) {
        offered.pass(alert.partition(), alert.offset());
        settle();
    }

    /** The next alert to send, or null if none waits. */
    synchronized @Nullable StreamedAlert poll() {
        StreamedAlert alert = waiting.poll();
        if (alert != null) {
            backlog = Math.max(0, backlog - 1);
            polled.pass(alert.partition(), alert.offset());
            settle();
        }
        return alert;
    }

    /** From where a client that was sent all that was polled must go on. */
    synchronized String position() {
        return polled.toString();
    }

    /** Once nothing waits, the client has all that was offered, also what its filter held back. */
    private void settle() {
        if (waiting.isEmpty()) {
            polled.pass(offered);
        }
    }
}
