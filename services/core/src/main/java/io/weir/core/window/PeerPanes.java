package io.weir.core.window;

import java.util.ArrayList;
import java.util.NavigableMap;
import java.util.TreeMap;

/** For each of an entity's panes that names any, a {@link Sketch} of the peers of one kind that its transactions name. */
final class PeerPanes {
    private final PaneGrid grid;
    /** By where the pane starts. */
    private final NavigableMap<Long, byte[]> sketches = new TreeMap<>();

    PeerPanes(PaneGrid grid) {
        this.grid = grid;
    }

    /** A transaction that was counted in a pane names a peer. */
    void add(long timeMs, long hash) {
        Sketch.add(sketches.computeIfAbsent(grid.startOf(timeMs), start -> Sketch.empty()), hash);
    }

    /** Panes that begin from a time on may have become wider; those up to the horizon are gone. */
    void advance(long widerFromMs) {
        sketches.headMap(grid.horizonMs(), true).clear();
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
        // no pane is centred before its start
        for (var pane : sketches.headMap(throughMs, true).descendingMap().entrySet()) {
            long centreMs = grid.centreOf(pane.getKey());
            if (centreMs <= afterMs) {
                return;
            }
            if (centreMs <= throughMs) {
                Sketch.addAll(registers, pane.getValue());
            }
        }
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
