package io.weir.core.window;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** For each of an entity's panes that names any, a {@link Sketch} of the peers of one kind that its transactions name. */
final class PeerPanes {
    private static final int MAX_UNIONS = 8;

    private final PaneGrid grid;
    /** By where the pane starts. */
    private final NavigableMap<Long, byte[]> sketches = new TreeMap<>();
    /** A cache: what was put together for questions before, the latest first. */
    private final List<Union> unions = new ArrayList<>(0);

    PeerPanes(PaneGrid grid) {
        this.grid = grid;
    }

    /** A transaction that was counted in a pane names a peer. */
    void add(long timeMs, long hash) {
        long startMs = grid.startOf(timeMs);
        Sketch.add(sketches.computeIfAbsent(startMs, start -> Sketch.empty()), hash);
        for (Union union : unions) {
            if (startMs >= union.fromMs && startMs <= union.toMs) {
                Sketch.add(union.registers, hash);
            }
        }
    }

    /** Takes in what others know, of panes that are no wider. */
    void addAll(PeerPanes from, Panes panes) {
        from.sketches.forEach((start, sketch) -> {
            long startMs = grid.startOf(start);
            if (panes.startsAt(startMs)) {
                Sketch.addAll(sketches.computeIfAbsent(startMs, added -> Sketch.empty()), sketch);
            }
        });
        unions.clear();
    }

    /** Panes that begin from a time on may have become wider; those up to the horizon are gone. */
    void advance(long widerFromMs) {
        sketches.headMap(grid.horizonMs(), true).clear();
        if (widerFromMs != Long.MAX_VALUE) {
            unions.clear();
        }
        for (Long start : new ArrayList<>(sketches.tailMap(widerFromMs).keySet())) {
            long wider = grid.startOf(start);
            byte[] known = wider == start ? null : sketches.remove(start);
            if (known != null) {
                Sketch.addAll(sketches.computeIfAbsent(wider, from -> Sketch.empty()), known);
            }
        }
    }

    /** Adds the peers in the panes centred in {@code (afterMs, throughMs]}. */
    void addTo(byte[] registers, long afterMs, long throughMs) {
        Long from = sketches.floorKey(afterMs);
        if (from == null || grid.centreOf(from) <= afterMs) {
            from = sketches.higherKey(afterMs);
        }
        Long to = sketches.floorKey(throughMs);
        if (to != null && grid.centreOf(to) > throughMs) {
            to = sketches.lowerKey(to);
        }
        if (from != null && to != null && from <= to) {
            Sketch.addAll(registers, union(from, to).registers);
        }
    }

    /** The panes that start from a time through another: as most windows move forward, mostly the ones before and one more. */
    private Union union(long fromMs, long toMs) {
        for (Union known : unions) {
            if (known.fromMs == fromMs && known.toMs <= toMs) {
                known.extend(sketches, toMs);
                return known;
            }
        }
        Union added = new Union(fromMs);
        added.extend(sketches, toMs);
        if (unions.size() == MAX_UNIONS) {
            unions.removeLast();
        }
        unions.addFirst(added);
        return added;
    }

    boolean isEmpty() {
        return sketches.isEmpty();
    }

    /** Writes how many there are; of each where it starts, and its registers that are not empty. */
    void writeTo(StateOutput out) {
        out.writeVarLong(sketches.size());
        long before = 0;
        for (var pane : sketches.entrySet()) {
            out.writeVarLong((pane.getKey() - before) / PaneGrid.FINE_MS);
            before = pane.getKey();
            int last = -1;
            for (int i = 0; i < Sketch.REGISTERS; i++) {
                int rank = pane.getValue()[i];
                if (rank > 0) {
                    out.writeVarLong(i - last);
                    out.writeVarLong(rank);
                    last = i;
                }
            }
            out.writeVarLong(0);
        }
    }

    /** Reads what {@link #writeTo} wrote, for panes that are known. */
    void readFrom(StateInput in, Panes panes) {
        int count = in.readCount(panes.size());
        long before = 0;
        for (int pane = 0; pane < count; pane++) {
            long blocks = in.readVarLong();
            StateFormatException.unless(
                    blocks >= (pane == 0 ? 0 : 1) && blocks <= (grid.exactAfterMs() - before) / PaneGrid.FINE_MS,
                    "the peers of panes are not in order of time");
            before += blocks * PaneGrid.FINE_MS;
            StateFormatException.unless(panes.startsAt(before), "there are peers of a pane that does not exist");
            sketches.put(before, readSketch(in));
        }
    }

    /** The peers of all panes that start from a time through another. */
    private static final class Union {
        final long fromMs;
        final byte[] registers = Sketch.empty();
        /** Before {@link #fromMs} while it has no pane. */
        long toMs;

        Union(long fromMs) {
            this.fromMs = fromMs;
            toMs = fromMs - 1;
        }

        void extend(NavigableMap<Long, byte[]> sketches, long newToMs) {
            if (newToMs > toMs) {
                for (byte[] more : sketches.subMap(toMs, false, newToMs, true).values()) {
                    Sketch.addAll(registers, more);
                }
                toMs = newToMs;
            }
        }
    }

    private static byte[] readSketch(StateInput in) {
        byte[] registers = Sketch.empty();
        int last = -1;
        int distance;
        while ((distance = in.readCount(Sketch.REGISTERS - 1 - last)) > 0) {
            last += distance;
            registers[last] = (byte) in.readCount(Sketch.MAX_RANK);
            StateFormatException.unless(registers[last] > 0, "a register is written and empty");
        }
        StateFormatException.unless(last >= 0, "a pane's peers are none");
        return registers;
    }
}
