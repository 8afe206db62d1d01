package io.weir.server.gateway;

/**
 * The gateway's bounds. Times in milliseconds.
 *
 * @param budgetMs how long a caller waits for the decision, unless {@code Prefer: wait} asks for another time
 * @param maxBudgetMs the most that {@code Prefer: wait} can ask for
 * @param batchBudgetMs how long one line of a batch waits for its decision
 * @param acknowledgeWithinMs how long the log may take to acknowledge an append; while one waits for longer, further
 *     requests are refused at once
 * @param maxInFlight transactions and labels in flight; further ones are refused
 * @param batchWindow lines of one batch in flight; the rest of the batch is not read until there is room
 * @param maxBodyBytes largest body, and longest line of a batch
 */
public record GatewaySettings(
        long budgetMs,
        long maxBudgetMs,
        long batchBudgetMs,
        long acknowledgeWithinMs,
        int maxInFlight,
        int batchWindow,
        int maxBodyBytes) {

    /** 100 ms, at most 10 s, 5 s a batch line, 1 s for the log, 2,000 in flight, windows of 256, 16 KiB. */
    public static GatewaySettings defaults() {
        return new GatewaySettings(100, 10_000, 5_000, 1_000, 2_000, 256, 16 << 10);
    }

    /** The same with another budget. */
    public GatewaySettings withBudgetMs(long newBudgetMs) {
        return new GatewaySettings(
                newBudgetMs, maxBudgetMs, batchBudgetMs, acknowledgeWithinMs, maxInFlight, batchWindow, maxBodyBytes);
    }

    /** The same with another budget for lines of batches. */
    public GatewaySettings withBatchBudgetMs(long newBatchBudgetMs) {
        return new GatewaySettings(
                budgetMs, maxBudgetMs, newBatchBudgetMs, acknowledgeWithinMs, maxInFlight, batchWindow, maxBodyBytes);
    }

    /** The same with another number in flight. */
    public GatewaySettings withMaxInFlight(int newMaxInFlight) {
        return new GatewaySettings(
                budgetMs, maxBudgetMs, batchBudgetMs, acknowledgeWithinMs, newMaxInFlight, batchWindow, maxBodyBytes);
    }
}
