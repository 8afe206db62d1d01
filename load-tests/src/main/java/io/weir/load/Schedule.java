package io.weir.load;

import java.util.concurrent.locks.LockSupport;

/**
 * When requests are due, fixed in advance: it waits for nobody. Latency counts from there, so that a stall, of the server or
 * of who measures, is felt by every request that should have been sent meanwhile (no coordinated omission).
 *
 * @param startNs when the first is due, by {@link System#nanoTime}
 * @param perSecond how many are due in a second
 */
record Schedule(long startNs, double perSecond) {
    /** When request {@code i}, from 0, is due. */
    long dueNs(long i) {
        return startNs + (long) (i * 1e9 / perSecond);
    }

    /**
     * Waits until request {@code i} is due.
     *
     * @throws InterruptedException when interrupted
     */
    void await(long i) throws InterruptedException {
        long dueNs = dueNs(i);
        long left;
        while ((left = dueNs - System.nanoTime()) > 0) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
