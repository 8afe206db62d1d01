package io.weir.server.views;

import java.time.Duration;

/**
 * The bounds of the views.
 *
 * @param decisionBytes heap for decisions by transaction id, in bytes, as estimated; the newest on the log are held. At
 *     least 1 MiB
 * @param accountBytes heap for accounts, in bytes, as estimated: about 0.7 KB for an account with one decision, 4 KB for one
 *     with {@value #ACCOUNT_DECISIONS}. At least 1 MiB
 * @param entityBytes heap for terminals, merchants and the like, in bytes, as estimated: about 0.4 KB for one with one
 *     transaction, 4 KB for one with {@value EntityView#TRANSACTIONS}. At least 1 MiB
 * @param alerts how many alerts are held, the newest on the log; about 1.1 KB each with the default policy. 1 to 10,000,000
 * @param streamClients how many clients may listen to the stream of alerts at a time; 0 to 100,000
 * @param streamQueue how many alerts a client of the stream may be behind before it is dropped; 1 to 1,000,000
 * @param heartbeat time between two heartbeats on the stream; at least 10 ms
 * @param patience how long the views may be without contact to the log before they count as not ready; above zero
 */
public record ViewsConfig(
        long decisionBytes,
        long accountBytes,
        long entityBytes,
        int alerts,
        int streamClients,
        int streamQueue,
        Duration heartbeat,
        Duration patience) {

    /** How many of its last decisions an account shows. */
    public static final int ACCOUNT_DECISIONS = 20;

    private static final long MIB = 1 << 20;

    public ViewsConfig {
        check(decisionBytes >= MIB, "decisionBytes", decisionBytes);
        check(accountBytes >= MIB, "accountBytes", accountBytes);
        check(entityBytes >= MIB, "entityBytes", entityBytes);
        check(alerts >= 1 && alerts <= 10_000_000, "alerts", alerts);
        check(streamClients >= 0 && streamClients <= 100_000, "streamClients", streamClients);
        check(streamQueue >= 1 && streamQueue <= 1_000_000, "streamQueue", streamQueue);
        check(heartbeat.toMillis() >= 10, "heartbeat", heartbeat);
        check(patience.isPositive(), "patience", patience);
    }

    /** 256 MiB of decisions, 256 MiB of accounts, 128 MiB of other entities, 100,000 alerts, 200 clients 1,000 behind, 15 s, 10 s. */
    public static ViewsConfig defaults() {
        return new ViewsConfig(
                256 * MIB, 256 * MIB, 128 * MIB, 100_000, 200, 1_000, Duration.ofSeconds(15), Duration.ofSeconds(10));
    }

    private static void check(boolean holds, String name, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is out of its range: " + value);
        }
    }
}
