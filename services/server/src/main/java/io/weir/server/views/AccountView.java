package io.weir.server.views;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.weir.events.TransactionDecided;
import org.jspecify.annotations.Nullable;

/** Accounts by id, as many as fit the bytes; those that are busy or asked for stay longest. Thread-safe. */
final class AccountView {
    private final Cache<String, Account> accounts;

    AccountView(long maximumBytes) {
        accounts = Caffeine.newBuilder()
                .maximumWeight(maximumBytes)
                .weigher((String id, Account account) -> account.bytes())
                .executor(Runnable::run) // eviction is short, and bounded at once
                .recordStats()
                .build();
    }

    void add(long logTimeMs, TransactionDecided decided, HeldEvent<TransactionDecided> held) {
        accounts.asMap().compute(decided.accountId(), (id, before) -> Account.after(before, logTimeMs, decided, held));
    }

    @Nullable
    Account get(String accountId) {
        return accounts.getIfPresent(accountId);
    }

    long size() {
        return accounts.estimatedSize();
    }

    /** What it takes on the heap, estimated. */
    long bytes() {
        return accounts.policy().eviction().orElseThrow().weightedSize().orElseThrow();
    }

    long evicted() {
        return accounts.stats().evictionCount();
    }
}
