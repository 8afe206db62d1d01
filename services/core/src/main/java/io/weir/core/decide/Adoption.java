package io.weir.core.decide;

import io.weir.core.decide.Selections.Kept;
import io.weir.core.policy.Entity;
import io.weir.core.policy.Measure;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * From the selections that a state keeps to others: which of them it has, and which come from another state that keeps them
 * all and has folded the same events, or the later ones of them.
 *
 * <p>A measure is adopted whole, with its windows of all kinds of entity and its bits and values in the rows, if anything
 * of it is missing; and so is all that knows genuine transactions. Half of it would not do: where the other state begins
 * later, the two may have taken other transactions, or those with other values, and the label of a row must find in all
 * windows what it finds in the row. What the state has completely stays, because it may reach further back.
 */
final class Adoption {
    private static final Entity[] ENTITIES = Entity.values();

    private final Selections had;
    private final Selections wanted;
    private final boolean genuine;
    /** By measure, its number before; -1 if it is adopted. */
    private final int[] measures;
    /** By kind and windows, their index before; -1 if they are adopted. */
    private final Map<Entity, int[]> windows = new EnumMap<>(Entity.class);

    Adoption(Selections had, Selections wanted) {
        this.had = had;
        this.wanted = wanted;
        this.genuine = lacksGenuine();
        List<Measure> all = wanted.measures();
        measures = new int[all.size()];
        for (int i = 0; i < measures.length; i++) {
            measures[i] = has(i) ? had.measures().indexOf(all.get(i)) : -1;
        }
        for (Entity kind : ENTITIES) {
            List<Kept> kept = wanted.windows(kind);
            int[] before = new int[kept.size()];
            for (int i = 0; i < before.length; i++) {
                int measure = kept.get(i).measure();
                before[i] = measures[measure] < 0 ? -1 : had.indexOf(kind, all.get(measure));
            }
            windows.put(kind, before);
        }
    }

    /** What is kept from now on. */
    Selections selections() {
        return wanted;
    }

    /** Whether all that knows genuine transactions is adopted. */
    boolean adoptsGenuine() {
        return genuine;
    }

    /** Whether the rows that are known to be genuine stay so. */
    boolean keepsGenuineRows() {
        return wanted.keepsGenuine() && !genuine;
    }

    /** The index that windows had before; -1 if they are adopted. */
    int windows(Entity kind, int index) {
        return windows.getOrDefault(kind, new int[0])[index];
    }

    /** By the number of a kind of peers, its number before; -1 if they are adopted. Each kind is adopted or stays by itself. */
    int[] peers(Entity kind) {
        return wanted.peers(kind).stream().mapToInt(had.peers(kind)::indexOf).toArray();
    }

    /** How many measures there are from now on. */
    int measures() {
        return measures.length;
    }

    /** The number that a measure had before; -1 if it is adopted. */
    int measure(int number) {
        return measures[number];
    }

    /** How many columns of bits an account's rows had before. */
    int words() {
        return words(had.measures().size());
    }

    /** For each column of longs of an account's rows, which it was before: {@code first} stay, then come the measures. */
    int[] longs(int first) {
        int[] columns = counted(first, measures.length);
        for (int i = 0; i < measures.length; i++) {
            columns[first + i] = measures[i] < 0 ? -1 : first + measures[i];
        }
        return columns;
    }

    /** For each column of ints, which it was before: {@code first} stay, those of the bits are new. */
    int[] ints(int first) {
        return counted(first, words(measures.length));
    }

    private static int[] counted(int first, int added) {
        int[] columns = new int[first + added];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = i < first ? i : -1;
        }
        return columns;
    }

    private static int words(int measures) {
        return (measures + Integer.SIZE - 1) / Integer.SIZE;
    }

    private boolean lacksGenuine() {
        for (Entity kind : ENTITIES) {
            if (wanted.keepsGenuine(kind) && !had.keepsGenuine(kind)) {
                return true;
            }
            for (Kept kept : wanted.windows(kind)) {
                int before = had.indexOf(kind, wanted.measures().get(kept.measure()));
                if (kept.genuine()
                        && (before < 0 || !had.windows(kind).get(before).genuine())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether everything of a measure is there. */
    private boolean has(int measure) {
        Measure of = wanted.measures().get(measure);
        if (!had.measures().contains(of)) {
            return false;
        }
        for (Entity kind : ENTITIES) {
            for (Kept kept : wanted.windows(kind)) {
                if (kept.measure() == measure && (had.indexOf(kind, of) < 0 || (kept.genuine() && genuine))) {
                    return false;
                }
            }
        }
        return true;
    }
}
