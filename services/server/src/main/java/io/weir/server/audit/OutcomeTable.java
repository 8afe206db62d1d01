package io.weir.server.audit;

import io.weir.events.Decision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What two policies decided on each transaction, and what it was labelled: 16 bytes a transaction, since there are
 * millions of them. Keys are 64-bit hashes.
 */
final class OutcomeTable {
    private static final Decision[] DECISIONS = {Decision.APPROVE, Decision.REVIEW, Decision.DECLINE};
    private static final int OTHER = 2;
    private static final int DECIDED = 4;
    private static final int LABEL = 5;
    private static final int CURRENCY = 7;
    private static final int AMOUNT = 23;
    private static final long DECISION_MASK = 3;
    private static final long LABEL_MASK = 3;
    private static final long CURRENCY_MASK = 0xFFFF;
    private static final int FIRST_CAPACITY = 1 << 12;

    private final Map<String, Integer> currencyNumbers = new HashMap<>();
    private final List<String> currencies = new ArrayList<>();
    private long[] keys = new long[FIRST_CAPACITY];
    private long[] values = new long[FIRST_CAPACITY];
    private int size;

    /** What is known of a transaction with a label. */
    interface Labelled {
        void labelled(Decision recorded, Decision other, boolean fraud, long amountMinor, String currency);
    }

    void decided(long key, Decision recorded, Decision other, long amountMinor, String currency) {
        int number = currencyNumbers.computeIfAbsent(currency, unseen -> {
            currencies.add(unseen);
            return currencies.size() - 1;
        });
        int slot = slot(key);
        values[slot] = (values[slot] & (LABEL_MASK << LABEL))
                | code(recorded)
                | (code(other) << OTHER)
                | (1L << DECIDED)
                | ((number & CURRENCY_MASK) << CURRENCY)
                | (amountMinor << AMOUNT);
    }

    /** The last label counts. */
    void labelled(long key, boolean fraud) {
        int slot = slot(key);
        values[slot] = (values[slot] & ~(LABEL_MASK << LABEL)) | ((fraud ? 2L : 1L) << LABEL);
    }

    /** Every transaction that is decided and labelled. */
    void forEachLabelled(Labelled action) {
        for (long value : values) {
            long label = (value >> LABEL) & LABEL_MASK;
            if (((value >> DECIDED) & 1) == 1 && label != 0) {
                action.labelled(
                        DECISIONS[(int) (value & DECISION_MASK)],
                        DECISIONS[(int) ((value >> OTHER) & DECISION_MASK)],
                        label == 2,
                        value >>> AMOUNT,
                        currencies.get((int) ((value >> CURRENCY) & CURRENCY_MASK)));
            }
        }
    }

    static Decision decision(int code) {
        return DECISIONS[code];
    }

    static long code(Decision decision) {
        return switch (decision) {
            case APPROVE -> 0;
            case REVIEW -> 1;
            case DECLINE -> 2;
        };
    }

    private int slot(long key) {
        long wanted = key == 0 ? 1 : key; // 0 marks an empty slot
        if (size * 4L > keys.length * 3L) {
            grow();
        }
        int slot = find(keys, wanted);
        if (keys[slot] == 0) {
            keys[slot] = wanted;
            size++;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = Arrays.copyOf(oldValues, keys.length);
        Arrays.fill(values, 0);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int slot = find(keys, oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }

    private static int find(long[] keys, long key) {
        int mask = keys.length - 1;
        int slot = (int) (key ^ (key >>> 32)) & mask;
        while (keys[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
