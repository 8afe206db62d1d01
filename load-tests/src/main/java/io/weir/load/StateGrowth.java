package io.weir.load;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Selections;
import io.weir.events.TransactionSubmitted;
import io.weir.server.model.Models;
import io.weir.server.policy.DefaultPolicy;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Measures how the heap that state takes grows with accounts, terminals and transactions, as it is in an engine, with the
 * slack of growing arrays. Argument: the most accounts. Prints a JSON object; wants a JVM of its own, and 8 GB for a
 * million accounts.
 */
public final class StateGrowth {
    /** What is measured; each is a point. */
    public static final String POINTS = "points";

    private static final int FEWEST_ACCOUNTS = 10_000;
    private static final int[] TRANSACTIONS = {1, 10, 60};
    private static final long MOST_TRANSACTIONS = 10_000_000;
    private static final long START_MS = 1_700_000_000_000L;
    private static final long PERIOD_MS = 60L * 24 * 60 * 60 * 1000;
    /** Keeps what is measured reachable. */
    @SuppressWarnings("unused")
    private static volatile @Nullable Object held;

    private StateGrowth() {}

    /** Measures, and prints. */
    public static void main(String[] arguments) throws PolicyException {
        Selections ofDefault =
                Selections.of(List.of(new PolicyCompiler(new Models()::find).compile(DefaultPolicy.document())));
        int most = Integer.parseInt(arguments[0]);
        JsonArray points = new JsonArray();
        for (int accounts = FEWEST_ACCOUNTS; accounts <= most; accounts *= 10) {
            for (int transactions : TRANSACTIONS) {
                if ((long) accounts * transactions <= MOST_TRANSACTIONS) {
                    points.add(point(accounts, transactions, false, Selections.NONE));
                    points.add(point(accounts, transactions, true, ofDefault));
                }
            }
        }
        System.out.println(new JsonObject().put(POINTS, points).encode());
    }

    private record Folded(int accounts, int terminals, long bytes) {}

    private static JsonObject point(int accounts, int transactions, boolean defaultPolicy, Selections selections) {
        int events = accounts * transactions;
        Folded alone = folded(accounts, 0, events, selections);
        Folded both = folded(accounts, accounts, events, selections);
        return new JsonObject()
                .put("defaultPolicy", defaultPolicy)
                .put("transactionsEach", transactions)
                .put("events", events)
                .put("accounts", both.accounts)
                .put("terminals", both.terminals)
                .put("accountBytes", alone.bytes)
                .put("terminalBytes", both.bytes - alone.bytes);
    }

    private static Folded folded(int accounts, int terminals, int events, Selections selections) {
        held = null;
        long before = StateSize.usedHeap();
        DecisionStateMachine machine = new DecisionStateMachine(selections);
        held = machine;
        fold(machine, accounts, terminals, events);
        long bytes = StateSize.usedHeap() - before;
        held = null;
        return new Folded(machine.accounts(), machine.entities(), bytes);
    }

    /** Accounts and terminals are drawn by lot, so that arrays are as full as they happen to be. */
    private static void fold(DecisionStateMachine machine, int accounts, int terminals, int events) {
        Random account = new Random(1);
        Random terminal = new Random(2);
        for (int i = 0; i < events; i++) {
            long occurredAtMs = START_MS + PERIOD_MS * i / events;
            machine.fold(
                    new TransactionSubmitted(
                            "transaction-" + i,
                            "account-" + account.nextInt(accounts),
                            occurredAtMs,
                            occurredAtMs,
                            100 + i % 20_000,
                            "EUR",
                            terminals == 0 ? null : "terminal-" + terminal.nextInt(terminals),
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null),
                    0,
                    i);
        }
    }
}
