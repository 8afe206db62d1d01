package io.weir.core.decide;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ids of entities of one kind that one account's rows name, numbered as they come. */
final class Names implements EntityIds {
    /** Up to this many are walked to find one: most accounts pay in few places. */
    private static final int WALKED = 256;

    private String[] ids = new String[4];
    private int size;
    private @Nullable Map<String, Integer> numbers;

    @Override
    public String id(int number) {
        return ids[number];
    }

    /** Numbers an id that is new: for reading a state, in which each stands once. */
    @Override
    public int number(String id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, 2 * size);
        }
        ids[size] = id;
        if (numbers != null) {
            numbers.put(id, size);
        }
        return size++;
    }

    /** The number of an id, which is new or not. */
    int numberOrAdd(String id) {
        if (size > WALKED) {
            if (numbers == null) {
                numbers = HashMap.newHashMap(2 * size);
                for (int i = 0; i < size; i++) {
                    numbers.put(ids[i], i);
                }
            }
            Integer known = numbers.get(id);
            return known == null ? number(id) : known;
        }
        for (int i = size - 1; i >= 0; i--) {
            if (ids[i].equals(id)) {
                return i;
            }
        }
        return number(id);
    }
}
