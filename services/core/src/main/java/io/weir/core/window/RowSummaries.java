package io.weir.core.window;

/**
 * Sum, maximum and squares of a long series by the block of rows, so that any window costs at most the rows of two blocks and
 * a few steps up a tree, however long it is and whatever was asked before. A cache of the rows: blocks are summed up when
 * first asked for, and again when a late event has shifted their rows, which costs what shifting them cost.
 */
final class RowSummaries {
    private static final int SHIFT = 5;
    private static final int BLOCK = 1 << SHIFT;

    /** Blocks that are summed up: those of rows 0 to {@code blocks * BLOCK - 1}. */
    private int blocks;

    private int leaves = 8;
    /** Largest amounts, as a binary tree: node i over 2i and 2i + 1, the blocks as its leaves. */
    private long[] max = new long[2 * leaves];
    /** Sum of the rows before each block. May overflow: differences are right all the same. */
    private long[] sums = new long[leaves + 1];
    /** Sum of the squares of the rows before each block. */
    private long[] squaresHigh = new long[leaves + 1];

    private long[] squaresLow = new long[leaves + 1];

    /** Rows from this one on have changed. */
    void changedFrom(int row) {
        blocks = Math.min(blocks, row >> SHIFT);
    }

    /** The sum of a range longer than two blocks. */
    long sum(int from, int to, TimedRows series) {
        int first = (from + BLOCK - 1) >> SHIFT;
        int last = to >> SHIFT;
        extendTo(last, series);
        return series.walkSum(from, first << SHIFT) + sums[last] - sums[first] + series.walkSum(last << SHIFT, to);
    }

    /** The largest amount of a range longer than two blocks. */
    long max(int from, int to, TimedRows series) {
        int first = (from + BLOCK - 1) >> SHIFT;
        int last = to >> SHIFT;
        extendTo(last, series);
        long largest = Math.max(series.walkMax(from, first << SHIFT), series.walkMax(last << SHIFT, to));
        int left = first + leaves;
        int right = last + leaves;
        while (left < right) {
            if ((left & 1) == 1) {
                largest = Math.max(largest, max[left++]);
            }
            if ((right & 1) == 1) {
                largest = Math.max(largest, max[--right]);
            }
            left >>= 1;
            right >>= 1;
        }
        return largest;
    }

    /** Adds the squares of the amounts of a range longer than two blocks. */
    void addSquares(int from, int to, TimedRows series, WideSum squares) {
        int first = (from + BLOCK - 1) >> SHIFT;
        int last = to >> SHIFT;
        extendTo(last, series);
        series.walkSquares(from, first << SHIFT, squares);
        squares.add(squaresHigh[last], squaresLow[last]);
        squares.subtract(squaresHigh[first], squaresLow[first]);
        series.walkSquares(last << SHIFT, to, squares);
    }

    private void extendTo(int wanted, TimedRows series) {
        if (wanted > leaves) {
            grow(wanted);
        }
        for (; blocks < wanted; blocks++) {
            // dropped rows at the front are in no window any more: what stands for them here cancels out
            int from = Math.max(blocks << SHIFT, series.start());
            int to = Math.max(from, (blocks + 1) << SHIFT);
            sums[blocks + 1] = sums[blocks] + series.walkSum(from, to);
            WideSum squares = new WideSum(squaresHigh[blocks], squaresLow[blocks]);
            series.walkSquares(from, to, squares);
            squaresHigh[blocks + 1] = squares.high();
            squaresLow[blocks + 1] = squares.low();
            setMax(blocks, series.walkMax(from, to));
        }
    }

    private void setMax(int block, long value) {
        int node = leaves + block;
        max[node] = value;
        for (node >>= 1; node >= 1; node >>= 1) {
            max[node] = Math.max(max[2 * node], max[2 * node + 1]);
        }
    }

    private void grow(int wanted) {
        leaves = Integer.highestOneBit(wanted - 1) << 1;
        max = new long[2 * leaves];
        sums = new long[leaves + 1];
        squaresHigh = new long[leaves + 1];
        squaresLow = new long[leaves + 1];
        blocks = 0;
    }
}
