package io.weir.events;

import java.util.Arrays;

/**
 * The snapshots are complete up to a position vector. Fields, units and ranges: see {@code SweepCompleted.avsc}.
 *
 * <p>The positions are not copied: whoever makes or reads an event leaves them as they are.
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record SweepCompleted(long[] positions, long accounts, long entities) implements Event {

    public static final EventType<SweepCompleted> TYPE = new Type();

    /** The key of the one record that counts: no entity's, since those have a colon. */
    public static final String KEY = "sweep";

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public EventType<SweepCompleted> type() {
        return TYPE;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SweepCompleted that
                && Arrays.equals(positions, that.positions)
                && accounts == that.accounts
                && entities == that.entities;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(positions);
    }

    @Override
    public String toString() {
        return "SweepCompleted[" + Arrays.toString(positions) + ", " + accounts + " accounts, " + entities
                + " entities]";
    }

    static final class Type extends EventType<SweepCompleted> {
        Type() {
            super(SweepCompleted.class);
        }

        @Override
        void encode(SweepCompleted event, AvroOutput out) {
            out.writeLongs(event.positions);
            out.writeLong(event.accounts);
            out.writeLong(event.entities);
        }

        @Override
        SweepCompleted decode(AvroInput in) {
            return new SweepCompleted(in.readLongs("positions"), in.readLong("accounts"), in.readLong("entities"));
        }
    }
}
