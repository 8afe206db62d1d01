package io.weir.events;

import java.util.Arrays;
import java.util.Objects;

/**
 * The state of an entity other than an account at a position vector of the log. Fields, units and ranges: see {@code
 * EntitySnapshot.avsc}.
 *
 * <p>The arrays are not copied: whoever makes or reads an event leaves them as they are.
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record EntitySnapshot(String kind, String id, long[] positions, int formatVersion, int checksum, byte[] state)
        implements Event {

    public static final EventType<EntitySnapshot> TYPE = new Type();

    /** A snapshot with the checksum that belongs to it. */
    public static EntitySnapshot of(String kind, String id, long[] positions, int formatVersion, byte[] state) {
        int checksum = checksum(kind, id, positions, formatVersion, state);
        return new EntitySnapshot(kind, id, positions, formatVersion, checksum, state);
    }

    /** Whether it is what was written: the checksum fits. */
    public boolean intact() {
        return checksum == checksum(kind, id, positions, formatVersion, state);
    }

    @Override
    public String key() {
        return kind + ":" + id;
    }

    @Override
    public EventType<EntitySnapshot> type() {
        return TYPE;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EntitySnapshot that
                && kind.equals(that.kind)
                && id.equals(that.id)
                && Arrays.equals(positions, that.positions)
                && formatVersion == that.formatVersion
                && checksum == that.checksum
                && Arrays.equals(state, that.state);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, id, checksum);
    }

    @Override
    public String toString() {
        return "EntitySnapshot[" + key() + " at " + Arrays.toString(positions) + ", " + state.length + " bytes]";
    }

    private static int checksum(String kind, String id, long[] positions, int formatVersion, byte[] state) {
        Checksum checksum = new Checksum().add(kind).add(id);
        for (long position : positions) {
            checksum.add(position);
        }
        return checksum.add(formatVersion).add(state).value();
    }

    static final class Type extends EventType<EntitySnapshot> {
        Type() {
            super(EntitySnapshot.class);
        }

        @Override
        void encode(EntitySnapshot event, AvroOutput out) {
            out.writeString(event.kind);
            out.writeString(event.id);
            out.writeLongs(event.positions);
            out.writeInt(event.formatVersion);
            out.writeInt(event.checksum);
            out.writeBytes(event.state);
        }

        @Override
        EntitySnapshot decode(AvroInput in) {
            return new EntitySnapshot(
                    in.readString("kind"),
                    in.readString("id"),
                    in.readLongs("positions"),
                    in.readInt("formatVersion"),
                    in.readInt("checksum"),
                    in.readBytes("state"));
        }
    }
}
