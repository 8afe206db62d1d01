package io.weir.cli.drill;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Random;

/** Payments as a seed says; only their times are the clock's. Used by one thread. */
final class Payments {
    private static final int ACCOUNTS = 5_000;
    /** Some accounts pay so often that it alerts. */
    private static final int BUSY_ACCOUNTS = 5;
    /** One payment in so many is of one of them. */
    private static final int BUSY = 12;

    private static final int TERMINALS = 500;
    /** One payment in so many is far above what its account usually pays, and should alert. */
    private static final int UNUSUAL = 40;

    private static final int UNUSUAL_TIMES = 60;

    private final Random random;
    private final String prefix;
    private long count;

    /**
     * A source of payments.
     *
     * @param prefix of their ids
     */
    Payments(long seed, String prefix) {
        this.random = new Random(seed);
        this.prefix = prefix;
    }

    /**
     * A request.
     *
     * @param id its transaction id
     * @param body of {@code POST /v1/transactions}
     */
    record Payment(String id, Buffer body) {}

    /**
     * The next one.
     *
     * @param occurredAtMs when the payment was made
     */
    Payment next(long occurredAtMs) {
        String id = prefix + count++;
        int account = random.nextInt(BUSY) == 0 ? random.nextInt(BUSY_ACCOUNTS) : random.nextInt(ACCOUNTS);
        double usual = 1_000.0 + 2.0 * account;
        double amount = usual * Math.exp(random.nextGaussian() / 3);
        if (random.nextInt(UNUSUAL) == 0) {
            amount *= UNUSUAL_TIMES;
        }
        JsonObject json = new JsonObject()
                .put("transactionId", id)
                .put("accountId", "account-" + account)
                .put("occurredAtMs", occurredAtMs)
                .put("amountMinor", Math.round(amount))
                .put("currency", "EUR")
                .put("terminalId", "terminal-" + random.nextInt(TERMINALS));
        return new Payment(id, json.toBuffer());
    }
}
