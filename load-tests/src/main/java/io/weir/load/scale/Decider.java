package io.weir.load.scale;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Outcome;
import io.weir.core.decide.Selections;
import io.weir.core.policy.Policy;
import io.weir.events.TransactionSubmitted;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.HdrHistogram.Histogram;

/** A state with a small history of every account, and how fast decisions come from it. */
final class Decider {
    private static final long START_MS = 1_700_000_000_000L;
    private static final long DAY_MS = 24L * 60 * 60 * 1_000;
    /** Accounts that pay at one terminal: terminals grow as accounts do. */
    private static final int ACCOUNTS_A_TERMINAL = 10;
    /** With fewer accounts than this many times the measured payments, these would lengthen the history. */
    private static final int NEGLIGIBLE = 10;
    /** So many payments are expected at a time, as an engine does. */
    private static final int AHEAD = 32;

    private final Policy policy;
    private final int accounts;
    private final int history;
    private final Random random;
    private DecisionStateMachine machine;
    private long offset;

    /**
     * Folds the history.
     *
     * @param history transactions of each account, a day apart
     */
    Decider(Policy policy, int accounts, int history, long seed) {
        this.policy = policy;
        this.accounts = accounts;
        this.history = history;
        this.random = new Random(seed);
        this.machine = folded();
    }

    /**
     * What a round found.
     *
     * @param perSecond decisions, what is fetched ahead of them included
     * @param p99Us microseconds that 99 % of the decisions did not exceed, without that
     */
    record Round(double perSecond, double p99Us) {}

    /**
     * Decides so many payments, spread evenly over the accounts; of few accounts in several stretches, each after the same history:
     * however many there are, a payment is mostly the only one of its account beyond that.
     */
    Round round(int payments) {
        Histogram took = new Histogram(1, DAY_MS * 1_000_000, 3);
        long ns = 0;
        for (int before = 0; before < payments; before += accounts) {
            if (accounts < NEGLIGIBLE * payments && offset > (long) accounts * history) {
                machine = folded();
            }
            ns += decide(Math.min(payments - before, accounts), took);
        }
        return new Round(payments * 1e9 / ns, took.getValueAtPercentile(99) / 1e3);
    }

    /** Returns how long it took, in nanoseconds. */
    private long decide(int payments, Histogram took) {
        TransactionSubmitted[] measured = new TransactionSubmitted[payments];
        for (int i = 0; i < payments; i++) {
            measured[i] = payment(random.nextInt(accounts), offset + i);
        }
        long startedNs = System.nanoTime();
        long beforeNs = startedNs;
        int decided = 0;
        List<TransactionSubmitted> all = Arrays.asList(measured);
        for (int i = 0; i < payments; i++) {
            if (i % AHEAD == 0) {
                machine.expect(all.subList(i, Math.min(payments, i + AHEAD)));
                beforeNs = System.nanoTime();
            }
            TransactionSubmitted payment = all.get(i);
            decided += machine.decide(payment, 0, offset++) instanceof Outcome.Decided ? 1 : 0;
            long nowNs = System.nanoTime();
            took.recordValue(Math.max(1, nowNs - beforeNs));
            beforeNs = nowNs;
        }
        if (decided != payments) {
            throw new IllegalStateException("only " + decided + " of " + payments + " payments were decided");
        }
        return beforeNs - startedNs;
    }

    private DecisionStateMachine folded() {
        DecisionStateMachine empty = new DecisionStateMachine(Selections.of(List.of(policy)));
        empty.activate(policy);
        empty.lendDecisions(); // as an engine has them lent
        offset = 0;
        for (int day = 0; day < history; day++) {
            for (int account = 0; account < accounts; account++) {
                empty.fold(payment(account, offset), 0, offset);
                offset++;
            }
        }
        return empty;
    }

    /** As many a day as there are accounts, then as before: else few accounts would all be in a hurry, and looked at more closely. */
    private TransactionSubmitted payment(int account, long number) {
        long timeMs = START_MS + number * DAY_MS / accounts;
        return new TransactionSubmitted(
                "t-" + number,
                "account-" + account,
                timeMs,
                timeMs,
                100 + random.nextInt(Generated.MOST * 100 - 100),
                "EUR",
                "terminal-" + random.nextInt(Math.max(1, accounts / ACCOUNTS_A_TERMINAL)),
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
