package io.weir.load;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Selections;
import io.weir.core.decide.Sweep;
import io.weir.core.policy.Policy;
import io.weir.events.AccountSnapshot;
import io.weir.events.EntitySnapshot;
import io.weir.events.Event;
import io.weir.events.TransactionSubmitted;
import io.weir.server.model.Models;
import io.weir.server.policy.DefaultPolicy;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Measures what state takes, with what the default policy selects: bytes of heap and of snapshot for an account and for a
 * terminal. Arguments: accounts,
 * transactions of each, terminals; by default 100,000, 60 and 10,000. Give the JVM 4 GB.
 */
public final class StateSize {
    private static final long DAY_MS = 24L * 60 * 60 * 1000;
    private static final int BUDGET_BYTES = 256 << 10;
    /** Keeps what is measured reachable. */
    @SuppressWarnings("unused")
    private static volatile @Nullable Object held;

    private StateSize() {}

    /** Measures, and prints. */
    public static void main(String[] arguments) throws PolicyException {
        int accounts = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        int transactions = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 60;
        int terminals = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10_000;
        System.out.printf(
                "%,d accounts with %d transactions each, at %,d terminals%n", accounts, transactions, terminals);

        Policy policy = new PolicyCompiler(new Models()::find).compile(DefaultPolicy.document());
        Selections selections = Selections.of(List.of(policy));
        long empty = usedHeap();
        DecisionStateMachine folded = new DecisionStateMachine(selections);
        held = folded;
        fold(folded, accounts, transactions, terminals);
        long heapFolded = usedHeap() - empty;

        List<EntitySnapshot> entities = new ArrayList<>();
        List<AccountSnapshot> states = new ArrayList<>();
        long encodeNs = System.nanoTime();
        snapshots(folded, accounts * (long) transactions, entities, states);
        encodeNs = System.nanoTime() - encodeNs;
        held = null;
        folded = new DecisionStateMachine(selections);
        long before = usedHeap();
        held = folded;
        long loadNs = System.nanoTime();
        entities.forEach(folded::load);
        loadNs = System.nanoTime() - loadNs;
        long heapEntities = usedHeap() - before;
        long accountsFromNs = System.nanoTime();
        states.forEach(folded::load);
        loadNs += System.nanoTime() - accountsFromNs;
        folded.restored();
        long heapAccounts = usedHeap() - before - heapEntities;

        long perTerminal = accounts * (long) transactions / entities.size();
        System.out.printf("%n%-42s %14s %14s%n", "", "account", "terminal");
        row("transactions of one", transactions, perTerminal);
        row("heap after loading, bytes", heapAccounts / states.size(), heapEntities / entities.size());
        row(
                "  a transaction",
                heapAccounts / states.size() / transactions,
                heapEntities / entities.size() / perTerminal);
        row(
                "snapshot, bytes",
                states.stream().mapToLong(one -> one.state().length).sum() / states.size(),
                entities.stream().mapToLong(one -> one.state().length).sum() / entities.size());
        System.out.printf(
                "%nheap after folding, with the slack of growing arrays: %,d MB%n", heapFolded / (1024 * 1024));
        System.out.printf("writing all snapshots took %.1f s, loading them %.1f s%n", encodeNs / 1e9, loadNs / 1e9);
    }

    private static void fold(DecisionStateMachine machine, int accounts, int transactions, int terminals) {
        Random random = new Random(1);
        long offset = 0;
        for (int i = 0; i < transactions; i++) {
            for (int account = 0; account < accounts; account++) {
                long occurredAtMs = 1_700_000_000_000L + i * DAY_MS + account;
                machine.fold(
                        new TransactionSubmitted(
                                "transaction-" + offset,
                                "account-" + account,
                                occurredAtMs,
                                occurredAtMs,
                                100 + random.nextInt(20_000),
                                "EUR",
                                "terminal-" + random.nextInt(terminals),
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null),
                        0,
                        offset++);
            }
        }
    }

    private static void snapshots(
            DecisionStateMachine machine, long end, List<EntitySnapshot> entities, List<AccountSnapshot> accounts) {
        long[] positions = {end};
        Sweep sweep = machine.sweep(positions);
        boolean complete = false;
        while (!complete) {
            complete = sweep.write(positions, BUDGET_BYTES, (Event event) -> {
                if (event instanceof EntitySnapshot entity) {
                    entities.add(entity);
                } else if (event instanceof AccountSnapshot account) {
                    accounts.add(account);
                }
            });
        }
    }

    private static void row(String what, long account, long terminal) {
        System.out.printf("%-42s %,14d %,14d%n", what, account, terminal);
    }

    /** Bytes in use after collecting what is not. */
    static long usedHeap() {
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
