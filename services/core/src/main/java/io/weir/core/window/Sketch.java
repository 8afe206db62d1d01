package io.weir.core.window;

/**
 * How many different values there are, roughly, from their 64-bit hashes: a HyperLogLog of 256 registers of one byte. A
 * register has the largest rank, the number of leading zeroes plus one, of the hashes that begin with its number. So a
 * sketch is a function of the set of hashes, whatever their order and however often each comes, and the sketch of two sets
 * together has the larger of each two registers.
 *
 * <p>The standard error is 6.5 % (1.04 / √256); up to 7.5 % near 640, up to which the size follows from how many registers
 * are still empty; 6 % at 100 and less below.
 */
final class Sketch {
    static final int REGISTERS = 256;
    static final int MAX_RANK = 57;
    private static final int INDEX_BITS = 8;
    private static final double ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

    private Sketch() {}

    static byte[] empty() {
        return new byte[REGISTERS];
    }

    /** Takes in a value. */
    static void add(byte[] registers, long hash) {
        int index = indexOf(hash);
        registers[index] = (byte) Math.max(registers[index], rankOf(hash));
    }

    /** Takes in all that another has taken in. */
    static void addAll(byte[] registers, byte[] others) {
        for (int i = 0; i < REGISTERS; i++) {
            registers[i] = (byte) Math.max(registers[i], others[i]);
        }
    }

    /** Whether a value that was taken in is one of those that a register has its rank from. */
    static boolean isLargest(byte[] registers, long hash) {
        return registers[indexOf(hash)] == rankOf(hash);
    }

    /** How many different values were taken in, about. */
    static double estimate(byte[] registers) {
        double sum = 0;
        int empty = 0;
        for (byte rank : registers) {
            sum += Double.longBitsToDouble((1023L - rank) << 52); // 2 to the power of -rank
            empty += rank == 0 ? 1 : 0;
        }
        double estimate = ALPHA * REGISTERS * REGISTERS / sum;
        return estimate <= 2.5 * REGISTERS && empty > 0
                ? REGISTERS * StrictMath.log((double) REGISTERS / empty)
                : estimate;
    }

    private static int indexOf(long hash) {
        return (int) (hash >>> (Long.SIZE - INDEX_BITS));
    }

    private static int rankOf(long hash) {
        return Math.min(MAX_RANK, Long.numberOfLeadingZeros(hash << INDEX_BITS) + 1);
    }
}
