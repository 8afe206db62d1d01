package io.weir.core.decide;

import java.util.Arrays;

/** Numbers from the whole of a table, numbered anew from 1 on in the order in which they are asked for. */
final class Dictionary {
    /** By number: up to {@link #base}, it has not been asked for since {@link #clear}. */
    private int[] indexes = new int[16];

    private int base;
    private int[] numbers = new int[16];
    private int size;

    /** Forgets all. Costs nothing, since what was there lies below the new base. */
    void clear() {
        if (base > Integer.MAX_VALUE / 2) {
            Arrays.fill(indexes, 0);
            base = 0;
            size = 0;
        }
        base += size;
        size = 0;
    }

    /** The index of a number, 1 or more. */
    int indexOf(int number) {
        if (number >= indexes.length) {
            indexes = Arrays.copyOf(indexes, Math.max(number + 1, 2 * indexes.length));
        }
        if (indexes[number] <= base) {
            if (size == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * size);
            }
            numbers[size++] = number;
            indexes[number] = base + size;
        }
        return indexes[number] - base;
    }

    /** How many numbers have an index. */
    int size() {
        return size;
    }

    /** The number with an index. */
    int number(int index) {
        return numbers[index - 1];
    }
}
