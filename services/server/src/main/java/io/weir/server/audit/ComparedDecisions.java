package io.weir.server.audit;

import io.weir.events.Decision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What several policies decided on each transaction, and what it was labelled: some 30 bytes a transaction and 9 a policy,
 * since there are millions of them. Keys are 64-bit hashes.
 */
final class ComparedDecisions {
    static final int NONE = -1;
    private static final int FIRST_CAPACITY = 1 << 12;

    private final Map<String, Integer> currencyNumbers = new HashMap<>();
    private final List<String> currencies = new ArrayList<>();
    private final List<Side> sides = new ArrayList<>();
    private long[] keys = new long[FIRST_CAPACITY];
    private int[] rows = new int[FIRST_CAPACITY];
    private long[] amounts = new long[FIRST_CAPACITY];
    private int[] currencyOf = new int[FIRST_CAPACITY];
    /** 0 for none, 1 genuine, 2 fraud. */
    private byte[] labels = new byte[FIRST_CAPACITY];

    private int size;

    /** By row, what one policy decided: 0 for nothing, otherwise the decision's code and 1. */
    private static final class Side {
        private byte[] decisions = new byte[FIRST_CAPACITY];
        private double[] scores = new double[FIRST_CAPACITY];
    }

    /** One more policy; returns its number. */
    int addSide() {
        sides.add(new Side());
        return sides.size() - 1;
    }

    int size() {
        return size;
    }

    /** The row of a transaction that is known by now. */
    int row(long key, long amountMinor, String currency) {
        int row = find(key);
        if (row == NONE) {
            row = add(key);
        }
        amounts[row] = amountMinor;
        currencyOf[row] = currencyNumbers.computeIfAbsent(currency, unseen -> {
            currencies.add(unseen);
            return currencies.size() - 1;
        });
        return row;
    }

    /** The row of a transaction; {@link #NONE} if it has none. */
    int find(long key) {
        int slot = slot(keys, key);
        return keys[slot] == 0 ? NONE : rows[slot];
    }

    void decided(int row, int side, Decision decision, double score) {
        Side of = sides.get(side);
        if (row >= of.decisions.length) {
            of.decisions = Arrays.copyOf(of.decisions, labels.length);
            of.scores = Arrays.copyOf(of.scores, labels.length);
        }
        of.decisions[row] = (byte) (OutcomeTable.code(decision) + 1);
        of.scores[row] = score;
    }

    /** The last label counts. */
    void labelled(int row, boolean fraud) {
        labels[row] = (byte) (fraud ? 2 : 1);
    }

    boolean isDecided(int row, int side) {
        byte[] decisions = sides.get(side).decisions;
        return row < decisions.length && decisions[row] != 0;
    }

    Decision decision(int row, int side) {
        return OutcomeTable.decision(sides.get(side).decisions[row] - 1);
    }

    double score(int row, int side) {
        return sides.get(side).scores[row];
    }

    boolean isLabelled(int row) {
        return labels[row] != 0;
    }

    boolean isFraud(int row) {
        return labels[row] == 2;
    }

    long amountMinor(int row) {
        return amounts[row];
    }

    String currency(int row) {
        return currencies.get(currencyOf[row]);
    }

    private int add(long key) {
        if (size * 4L >= keys.length * 3L) {
            grow();
        }
        int slot = slot(keys, key);
        keys[slot] = marked(key);
        rows[slot] = size;
        return size++;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldRows = rows;
        keys = new long[oldKeys.length * 2];
        rows = new int[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int slot = slot(keys, oldKeys[i]);
                keys[slot] = oldKeys[i];
                rows[slot] = oldRows[i];
            }
        }
        amounts = Arrays.copyOf(amounts, keys.length);
        currencyOf = Arrays.copyOf(currencyOf, keys.length);
        labels = Arrays.copyOf(labels, keys.length);
    }

    /** 0 marks an empty slot. */
    private static long marked(long key) {
        return key == 0 ? 1 : key;
    }

    private static int slot(long[] keys, long key) {
        long wanted = marked(key);
        int mask = keys.length - 1;
        int slot = (int) (wanted ^ (wanted >>> 32)) & mask;
        while (keys[slot] != 0 && keys[slot] != wanted) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
