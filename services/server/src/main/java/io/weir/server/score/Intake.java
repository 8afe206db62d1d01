package io.weir.server.score;

import io.weir.server.log.LogRecord;
import io.weir.server.log.OwnPartitions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Which of the polled records are decided now. The others wait here in their order, and their partitions are paused, which
 * bounds them: all while the state is being warmed, those of one partition while its breaker is open. Used by the engine's
 * thread alone.
 */
final class Intake {
    private final OwnPartitions own;
    private final Supplier<Collection<Integer>> deciding;
    private final PartitionBreakers breakers;
    private final Set<Integer> paused = new TreeSet<>();
    private List<LogRecord> waiting = new ArrayList<>();
    private boolean holding;

    /** Nothing waits; {@code deciding} tells which partitions are decided here. */
    Intake(OwnPartitions own, Supplier<Collection<Integer>> deciding, PartitionBreakers breakers) {
        this.own = own;
        this.deciding = deciding;
        this.breakers = breakers;
    }

    /** Partitions may have left: what waits of them is for whom they went to, or comes again with them. */
    void follow() {
        waiting = decidedHere(waiting);
        paused.retainAll(deciding.get());
        breakers.follow(deciding.get());
    }

    /**
     * The records to decide now, by (partition, offset), each unless {@link #takes} says otherwise.
     *
     * @param hold whether all have to wait: the state lacks what the active policy selects. The activation has its position
     *     all the same: what is decided next is decided by a state that has folded it
     */
    List<LogRecord> next(List<LogRecord> polled, boolean hold) {
        holding = hold;
        List<LogRecord> all = waiting;
        all.addAll(decidedHere(polled));
        all.sort(Comparator.comparingInt(LogRecord::partition)); // stable: offsets stay in order
        List<LogRecord> now = new ArrayList<>();
        waiting = new ArrayList<>();
        Set<Integer> closed = stopped();
        all.forEach(record -> (closed.contains(record.partition()) ? waiting : now).add(record));
        pause();
        return now;
    }

    /** Whether a record is still to be decided now: what came before it may have opened its partition's breaker. */
    boolean takes(LogRecord record) {
        boolean taken = breakers.take(record.partition());
        if (!taken) {
            waiting.add(record);
        }
        return taken;
    }

    /** A record that was taken has been decided, or is a dead letter. */
    void passed(LogRecord record, boolean deadLetter) {
        breakers.passed(record.partition(), deadLetter);
    }

    /** Pauses the partitions of which nothing is taken, and resumes the others. */
    void pause() {
        Set<Integer> stopped = stopped();
        waiting.forEach(record -> stopped.add(record.partition()));
        List<Integer> resumed = paused.stream()
                .filter(partition -> !stopped.contains(partition))
                .toList();
        paused.clear();
        paused.addAll(stopped);
        own.pause(stopped);
        own.resume(resumed);
    }

    /** Whether nothing of a partition that is decided here is taken. */
    boolean isPaused(int partition) {
        return paused.contains(partition);
    }

    /** Whether all records wait until the state has been warmed. */
    boolean isHolding() {
        return holding;
    }

    /** Records that are not decided yet, as far as is known without asking. */
    long lag() {
        return own.lag() + waiting.size();
    }

    /** Those that may be polled at once. */
    long backlog() {
        return own.lag() - own.lag(paused);
    }

    private Set<Integer> stopped() {
        Set<Integer> stopped = new TreeSet<>();
        for (int partition : deciding.get()) {
            if (holding || !breakers.lets(partition)) {
                stopped.add(partition);
            }
        }
        return stopped;
    }

    private List<LogRecord> decidedHere(List<LogRecord> records) {
        List<LogRecord> here = new ArrayList<>(records);
        here.removeIf(record -> !deciding.get().contains(record.partition()));
        return here;
    }
}
