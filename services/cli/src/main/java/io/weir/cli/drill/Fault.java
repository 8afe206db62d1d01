package io.weir.cli.drill;

/**
 * What was done at a moment, and what readers may feel of it.
 *
 * @param what for people; faults of the same kind have the same words
 * @param targetSeconds the longest time that a partition may be without decisions; {@code NaN} where nothing is promised
 * @param atNs when, by {@link System#nanoTime}
 */
record Fault(String what, double targetSeconds, long atNs) {}
