package io.weir.server.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Aborts transactions that engines left open which are no members of their group any more: killed, hung or cut off. Every
 * {@code read_committed} reader, the successor among them, waits for an open transaction: without this until it times out.
 *
 * <p>Safe, whoever is right: an engine that is alive after all is fenced, commits nothing and builds itself anew; its
 * partitions belong to others already.
 */
final class AbandonedTransactions {
    private static final Logger log = LoggerFactory.getLogger(AbandonedTransactions.class);
    private static final List<String> GROUPS = List.of(KafkaSettings.SCORER_GROUP, KafkaSettings.SHADOW_GROUP);

    private final Admin admin;

    AbandonedTransactions(Admin admin) {
        this.admin = admin;
    }

    /** Begins to; returns at once. Where it fails, the transaction's own timeout remains. */
    void abort() {
        // In this order: whose transaction was open before has joined before, so who is no member now is gone.
        admin.listTransactions(new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING)))
                .all()
                .toCompletionStage()
                .thenCompose(open -> members().thenApply(members -> abandoned(open, members)))
                .thenCompose(this::fence)
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        log.warn(
                                "cannot look for transactions that dead engines left open; they end by their timeout: {}",
                                failure.getMessage());
                    }
                });
    }

    /** The transactional ids whose engine is gone. */
    private static List<String> abandoned(Collection<TransactionListing> open, Set<String> members) {
        List<String> abandoned = new ArrayList<>();
        for (TransactionListing listing : open) {
            String id = listing.transactionalId();
            String engine = TransactionalIds.engineOf(id);
            if (engine != null && !members.contains(engine)) {
                abandoned.add(id);
            }
        }
        return abandoned;
    }

    private CompletionStage<Void> fence(List<String> abandoned) {
        if (abandoned.isEmpty()) {
            return CompletableFuture.completedStage(null);
        }
        log.info("aborting what engines left open that are gone: {}", abandoned);
        return admin.fenceProducers(abandoned).all().toCompletionStage();
    }

    /** The engines that are members of a group. Fails where that is not certain. */
    private CompletionStage<Set<String>> members() {
        CompletionStage<Set<String>> all = CompletableFuture.completedStage(Set.of());
        for (var group : admin.describeConsumerGroups(GROUPS).describedGroups().values()) {
            CompletionStage<Set<String>> ofOne = group.toCompletionStage()
                    .thenApply(AbandonedTransactions::instances)
                    .exceptionallyCompose(failure -> isMissing(failure)
                            ? CompletableFuture.completedStage(Set.of())
                            : CompletableFuture.failedStage(failure));
            all = all.thenCombine(ofOne, AbandonedTransactions::union);
        }
        return all;
    }

    private static boolean isMissing(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof GroupIdNotFoundException;
    }

    private static Set<String> instances(ConsumerGroupDescription group) {
        Set<String> instances = new HashSet<>();
        for (MemberDescription member : group.members()) {
            member.groupInstanceId().ifPresent(instances::add);
        }
        return instances;
    }

    private static Set<String> union(Set<String> some, Set<String> more) {
        Set<String> union = new HashSet<>(some);
        union.addAll(more);
        return union;
    }
}
