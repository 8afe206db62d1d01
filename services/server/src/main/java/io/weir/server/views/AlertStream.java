package io.weir.server.views;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Alerts as they come, for the view of the newest and for every client of the stream. The feed's thread folds; clients come
 * and go on event loops. The lock makes what a client finds in the view and what it is offered from then on fit together.
 */
final class AlertStream {
    /** A client, told on the feed's thread, under the lock: it must return at once. */
    interface Client {
        /** Something waits in its queue. */
        void wake();

        /** It was too slow and gets nothing more. */
        void drop();

        /** The stream ends. */
        void end();
    }

    /**
     * A client's part in the stream.
     *
     * @param gap whether alerts that the client has not seen are not held any more
     * @param fromNow whether the client wants only what is new, and nothing while the log is still being read
     */
    record Connection(Client client, StreamQueue queue, boolean gap, boolean fromNow) {}

    private final AlertView alerts;
    private final int maximumClients;
    private final int maximumBehind;
    private final BooleanSupplier caughtUp;
    private final Set<Connection> connections = new LinkedHashSet<>();
    /** Dropped, but not gone yet: a client that reads nothing keeps its place for as long as its connection stands. */
    private final Set<Connection> leaving = new LinkedHashSet<>();

    private final StreamPosition folded = new StreamPosition();
    private final StreamPosition evicted = new StreamPosition();
    private long[] newestMs = new long[0];
    private long dropped;
    private boolean ended;

    AlertStream(ViewsConfig config, BooleanSupplier caughtUp) {
        this.alerts = new AlertView(config.alerts(), evicted::pass);
        this.maximumClients = config.streamClients();
        this.maximumBehind = config.streamQueue();
        this.caughtUp = caughtUp;
    }

    AlertView alerts() {
        return alerts;
    }

    synchronized void add(int partition, long offset, long timestampMs, HeldAlert alert) {
        // A new leader's clock may be behind; within a partition the order of time must be the order of offsets.
        if (partition >= newestMs.length) {
            newestMs = Arrays.copyOf(newestMs, partition + 1);
        }
        newestMs[partition] = Math.max(newestMs[partition], timestampMs);
        alerts.add(new LogPosition(newestMs[partition], partition, offset), alert);
        folded.pass(partition, offset);
        if (connections.isEmpty()) {
            return;
        }
        boolean live = caughtUp.getAsBoolean();
        StreamedAlert streamed = new StreamedAlert(partition, offset, alert);
        connections.removeIf(connection -> !offer(connection, streamed, live));
    }

    /**
     * Takes a client in.
     *
     * @param after where the client stopped, or null if it wants only what is new
     * @return null if there are too many clients, or the stream has ended
     */
    synchronized @Nullable Connection connect(AlertFilter filter, @Nullable StreamPosition after, Client client) {
        if (ended || connections.size() + leaving.size() >= maximumClients) {
            return null;
        }
        boolean beyond = after != null && caughtUp.getAsBoolean() && !folded.covers(after);
        boolean gap = after != null && (beyond || !after.covers(evicted));
        boolean fromNow = after == null || gap;
        StreamQueue queue = new StreamQueue(filter, maximumBehind, after == null || gap ? folded : after);
        if (!fromNow) {
            for (Map.Entry<LogPosition, HeldAlert> held : alerts.all().entrySet()) {
                LogPosition position = held.getKey();
                queue.addBacklog(new StreamedAlert(position.partition(), position.offset(), held.getValue()));
            }
            queue.endBacklog(folded);
        }
        Connection connection = new Connection(client, queue, gap, fromNow);
        connections.add(connection);
        return connection;
    }

    synchronized void disconnect(Connection connection) {
        connections.remove(connection);
        leaving.remove(connection);
    }

    /** Ends it for all clients, also those that come later. */
    synchronized void end() {
        ended = true;
        connections.forEach(connection -> connection.client.end());
        connections.clear();
    }

    synchronized long clients() {
        return connections.size();
    }

    /** How many clients were too slow. */
    synchronized long dropped() {
        return dropped;
    }

    private boolean offer(Connection connection, StreamedAlert alert, boolean live) {
        if (connection.fromNow && !live) {
            connection.queue.skip(alert);
            return true;
        }
        if (!connection.queue.offer(alert)) {
            dropped++;
            leaving.add(connection);
            connection.client.drop();
            return false;
        }
        connection.client.wake();
        return true;
    }
}
