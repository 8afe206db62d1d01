package io.weir.load.patterns;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What the records say: a line of text with a sequence number, an account, an amount in minor units and a terminal.
 *
 * @param sequence counts the records of a log from 0; number i lies in partition i modulo partitions
 */
record Payment(long sequence, String account, long amountMinor, String terminal) {
    private static final int ACCOUNTS = 5_000;
    private static final int TERMINALS = 10_000;

    /** The payment of a log with this number. */
    static Payment number(long sequence) {
        return new Payment(
                sequence,
                "account-" + sequence * 31 % ACCOUNTS,
                100 + sequence * 7919 % 20_000,
                "terminal-" + sequence * 17 % TERMINALS);
    }

    byte[] key() {
        return account.getBytes(StandardCharsets.UTF_8);
    }

    byte[] value() {
        return String.format(Locale.ROOT, "%d,%s,%d,%s", sequence, account, amountMinor, terminal)
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The payment that a record says.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Payment read(byte[] value) {
        String line = new String(value, StandardCharsets.UTF_8);
        int account = line.indexOf(',') + 1;
        int amount = line.indexOf(',', account) + 1;
        int terminal = line.indexOf(',', amount) + 1;
        if (account == 0 || amount == 0 || terminal == 0) {
            throw new IllegalArgumentException("not a payment: " + line);
        }
        return new Payment(
                Long.parseLong(line, 0, account - 1, 10),
                line.substring(account, amount - 1),
                Long.parseLong(line, amount, terminal - 1, 10),
                line.substring(terminal));
    }
}
