package io.weir.events;

import java.util.Arrays;
import java.util.Objects;

/**
 * The state of an account at a position of the log. Fields, units and ranges: see {@code AccountSnapshot.avsc}.
 *
 * <p>The state is not copied: whoever makes or reads an event leaves it as it is.
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record AccountSnapshot(
        String accountId, int partition, long position, int formatVersion, int checksum, byte[] state)
        implements Event {

    public static final EventType<AccountSnapshot> TYPE = new Type();

    /** A snapshot with the checksum that belongs to it. */
    public static AccountSnapshot of(String accountId, int partition, long position, int formatVersion, byte[] state) {
        int checksum = checksum(accountId, partition, position, formatVersion, state);
        return new AccountSnapshot(accountId, partition, position, formatVersion, checksum, state);
    }

    /** Whether it is what was written: the checksum fits. */
    public boolean intact() {
        return checksum == checksum(accountId, partition, position, formatVersion, state);
    }

    @Override
    public String key() {
        return accountId;
    }

    @Override
    public EventType<AccountSnapshot> type() {
        return TYPE;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AccountSnapshot that
                && accountId.equals(that.accountId)
                && partition == that.partition
                && position == that.position
                && formatVersion == that.formatVersion
                && checksum == that.checksum
                && Arrays.equals(state, that.state);
    }

    @Override
    public int hashCode() {
        return Objects.hash(accountId, partition, position, checksum);
    }

    @Override
    public String toString() {
        return "AccountSnapshot[" + accountId + " at " + partition + "/" + position + ", " + state.length + " bytes]";
    }

    private static int checksum(String accountId, int partition, long position, int formatVersion, byte[] state) {
        return new Checksum()
                .add(accountId)
                .add(partition)
                .add(position)
                .add(formatVersion)
                .add(state)
                .value();
    }

    static final class Type extends EventType<AccountSnapshot> {
        Type() {
            super(AccountSnapshot.class);
        }

        @Override
        void encode(AccountSnapshot event, AvroOutput out) {
            out.writeString(event.accountId);
            out.writeInt(event.partition);
            out.writeLong(event.position);
            out.writeInt(event.formatVersion);
            out.writeInt(event.checksum);
            out.writeBytes(event.state);
        }

        @Override
        AccountSnapshot decode(AvroInput in) {
            return new AccountSnapshot(
                    in.readString("accountId"),
                    in.readInt("partition"),
                    in.readLong("position"),
                    in.readInt("formatVersion"),
                    in.readInt("checksum"),
                    in.readBytes("state"));
        }
    }
}
