package io.weir.load;

/**
 * Finds the highest rate that holds: doubles until one does not, then halves what lies between. To be asked for the next
 * rate, and told what became of it.
 */
public final class RateSearch {
    /** A rate so much below the first one is not worth looking for. */
    private static final double LEAST = 1 / 32.0;

    private final double first;
    private final double within;
    private double next;
    private double holds;
    private double fails = Double.POSITIVE_INFINITY;

    /**
     * A search.
     *
     * @param first rate to try, a second
     * @param within it ends when the lowest rate that does not hold is at most so many times the highest that does
     */
    public RateSearch(double first, double within) {
        if (!(first > 0) || !(within > 1)) {
            throw new IllegalArgumentException("first " + first + " and within " + within + " must be above 0 and 1");
        }
        this.first = first;
        this.within = within;
        this.next = first;
    }

    /** The rate to try now; {@code NaN} when the search has ended. */
    public double next() {
        boolean found = holds > 0 && fails <= within * holds;
        return found || fails <= first * LEAST ? Double.NaN : next;
    }

    /** Whether the rate that was asked for holds. */
    public void tried(boolean held) {
        if (held) {
            holds = next;
        } else {
            fails = next;
        }
        next = Double.isInfinite(fails) ? 2 * holds : (holds + fails) / 2;
    }

    /** The highest rate that has held; 0 if none has. */
    public double highest() {
        return holds;
    }
}
