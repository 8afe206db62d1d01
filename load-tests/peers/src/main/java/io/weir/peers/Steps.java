package io.weir.peers;

import io.weir.core.decide.InTransit;
import io.weir.core.decide.Relabelling;
import io.weir.core.policy.Label;
import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.TransactionSubmitted;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What travels to a key, as bytes: from the log to an account a record of it; from one key to the next a transaction with what
 * is known of it so far, or a change of label. The transaction itself goes in the bytes in which it came.
 */
final class Steps {
    private static final byte TRANSACTION = 0;
    private static final byte LABEL = 1;
    private static final Label[] LABELS = Label.values();

    private final EventReader reader;

    Steps(EventReader reader) {
        this.reader = reader;
    }

    /** A transaction with what is known of it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Carried(InTransit inTransit, byte[] submitted) {}

    /** A record of the transaction log. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record LogRecord(int partition, long offset, byte[] value) {}

    static byte[] write(int partition, long offset, byte[] value) {
        return ByteBuffer.allocate(Integer.BYTES + Long.BYTES + value.length)
                .putInt(partition)
                .putLong(offset)
                .put(value)
                .array();
    }

    static LogRecord readLogRecord(byte[] step) {
        ByteBuffer in = ByteBuffer.wrap(step);
        return new LogRecord(in.getInt(), in.getLong(), rest(in));
    }

    private static byte[] rest(ByteBuffer in) {
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        return rest;
    }

    static boolean isLabel(byte[] step) {
        return step[0] == LABEL;
    }

    static byte[] write(Carried carried) {
        InTransit inTransit = carried.inTransit;
        int known = Long.BYTES * (inTransit.results().length + inTransit.values().length);
        ByteBuffer out = ByteBuffer.allocate(1 + 4 + 8 + 8 + 2 + 2 + known + carried.submitted.length);
        out.put(TRANSACTION)
                .putInt(inTransit.partition())
                .putLong(inTransit.offset())
                .putLong(inTransit.submissionHash());
        out.putShort((short) inTransit.results().length);
        for (long result : inTransit.results()) {
            out.putLong(result);
        }
        out.putShort((short) inTransit.values().length);
        for (double value : inTransit.values()) {
            out.putLong(Double.doubleToRawLongBits(value));
        }
        return out.put(carried.submitted).array();
    }

    Carried readTransaction(byte[] step) {
        ByteBuffer in = ByteBuffer.wrap(step).position(1);
        int partition = in.getInt();
        long offset = in.getLong();
        long submissionHash = in.getLong();
        long[] results = longs(in);
        double[] values = new double[in.getShort()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Double.longBitsToDouble(in.getLong());
        }
        byte[] submitted = rest(in);
        Event event = reader.read(submitted);
        if (!(event instanceof TransactionSubmitted transaction)) {
            throw new IllegalStateException(event + " is no transaction");
        }
        return new Carried(new InTransit(transaction, partition, offset, submissionHash, results, values), submitted);
    }

    static byte[] write(Relabelling label) {
        ByteBuffer out = ByteBuffer.allocate(1 + 8 + 8 + 1 + 1 + 2 + Long.BYTES * label.results().length);
        out.put(LABEL).putLong(label.timeMs()).putLong(label.amountMinor());
        out.put(number(label.was())).put(number(label.is()));
        out.putShort((short) label.results().length);
        for (long result : label.results()) {
            out.putLong(result);
        }
        return out.array();
    }

    static Relabelling readLabel(byte[] step) {
        ByteBuffer in = ByteBuffer.wrap(step).position(1);
        long timeMs = in.getLong();
        long amountMinor = in.getLong();
        Label was = label(in.get());
        Label is = label(in.get());
        return new Relabelling(timeMs, amountMinor, longs(in), was, is, Map.of());
    }

    private static long[] longs(ByteBuffer in) {
        long[] longs = new long[in.getShort()];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = in.getLong();
        }
        return longs;
    }

    private static byte number(@Nullable Label label) {
        byte number = -1;
        for (byte i = 0; i < LABELS.length; i++) {
            number = LABELS[i] == label ? i : number;
        }
        return number;
    }

    private static @Nullable Label label(byte number) {
        return number < 0 ? null : LABELS[number];
    }
}
