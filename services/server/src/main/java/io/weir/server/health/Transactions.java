package io.weir.server.health;

import io.weir.events.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;

/**
 * Open transactions: of Weir's own ids, and others that have written to Weir's topics. Those whose end is decided but not yet
 * written count as well: they hold back readers like the others.
 */
final class Transactions {
    private static final List<TransactionState> OPEN =
            List.of(TransactionState.ONGOING, TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT);

    /** More than this are not looked at. */
    private static final int MAX = 200;

    private final Admin admin;
    private final String ours;

    /** Those whose ids begin with {@code ours}. */
    Transactions(Admin admin, String ours) {
        this.admin = admin;
        this.ours = ours;
    }

    KafkaFuture<Collection<TransactionListing>> list() {
        return admin.listTransactions(new ListTransactionsOptions().filterStates(OPEN))
                .all();
    }

    List<OpenTransaction> describe(Questions questions, KafkaFuture<Collection<TransactionListing>> listed) {
        Collection<TransactionListing> open =
                questions.answer("transactions", "DESCRIBE on transactional ids " + ours + "*", listed);
        if (open == null || open.isEmpty()) {
            return List.of();
        }
        List<String> ids = open.stream()
                .map(TransactionListing::transactionalId)
                .limit(MAX)
                .toList();
        var described = admin.describeTransactions(ids);
        Map<String, KafkaFuture<TransactionDescription>> asked = new LinkedHashMap<>();
        ids.forEach(id -> asked.put(id, described.description(id)));
        List<OpenTransaction> transactions = new ArrayList<>();
        asked.forEach((id, answer) -> {
            TransactionDescription found = questions.answer(
                    "transactions",
                    "DESCRIBE on transactional id " + id,
                    answer,
                    TransactionalIdNotFoundException.class,
                    null);
            if (found != null && concernsUs(id, found)) {
                transactions.add(new OpenTransaction(
                        id,
                        found.state().toString(),
                        Math.max(
                                0,
                                System.currentTimeMillis()
                                        - found.transactionStartTimeMs().orElseThrow()),
                        found.transactionTimeoutMs(),
                        List.copyOf(found.topicPartitions())));
            }
        });
        return transactions;
    }

    private boolean concernsUs(String id, TransactionDescription found) {
        return OPEN.contains(found.state())
                && found.transactionStartTimeMs().isPresent()
                && (id.startsWith(ours)
                        || found.topicPartitions().stream()
                                .anyMatch(partition -> Topics.named(partition.topic()) != null));
    }
}
