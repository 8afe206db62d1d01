package io.weir.server.views;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.weir.events.Decision;
import io.weir.events.TransactionDecided;
import io.weir.server.http.PolicyNames;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccountViewTest {
    private static final long MIB = 1 << 20;

    private final AccountView view = new AccountView(MIB);

    @Test
    void showsTheLastTwentyDecisionsAndCountsThemAll() {
        for (int i = 0; i < 50; i++) {
            Decision decision = Decision.values()[i % 3];
            // Event times jump back and forth; the latest is neither the first nor the last.
            add(1_000 + i, SampleEvents.decided("tx-" + i, "account", decision, i == 30 ? 9_999 : i));
        }
        Account account = view.get("account");
        assertThat(account.recent())
                .extracting(Account.Summary::transactionId)
                .hasSize(20)
                .startsWith("tx-49", "tx-48");
        JsonObject json = account.toJson(policy -> new PolicyNames(List.of("amount", "count_1d"), List.of()));
        assertThat(json.getJsonObject("decisionCounts").getMap())
                .containsEntry("APPROVE", 17L)
                .containsEntry("REVIEW", 17L)
                .containsEntry("DECLINE", 16L);
        assertThat(json.getLong("lastOccurredAtMs")).isEqualTo(9_999);
        assertThat(json.getLong("countedSinceMs")).isEqualTo(1_000);
        assertThat(json.getJsonObject("features").getMap())
                .containsEntry("amount", 12.5)
                .containsEntry("count_1d", 49.0);
        assertThat(json.getJsonArray("recentDecisions").getJsonObject(0).getString("transactionId"))
                .isEqualTo("tx-49");
    }

    @Test
    void staysWithinItsBytesHoweverManyAccountsThereAre() {
        for (int i = 0; i < 20_000; i++) {
            add(i, SampleEvents.decided("tx-" + i, "account-" + i, Decision.APPROVE, i));
        }
        assertThat(view.bytes()).isLessThanOrEqualTo(MIB);
        assertThat(view.size()).isPositive();
        assertThat(view.evicted()).isEqualTo(20_000 - view.size());
    }

    private void add(long logTimeMs, TransactionDecided decided) {
        view.add(logTimeMs, decided, SampleEvents.held(decided));
    }
}
