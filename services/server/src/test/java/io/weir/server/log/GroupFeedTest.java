package io.weir.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.events.Event;
import io.weir.events.Topics;
import io.weir.events.TransactionLabelled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GroupFeedTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static int groups;

    private static TestLog log;

    private final String group = "group-feed-test-" + ProcessHandle.current().pid() + "-" + groups++;
    private final List<GroupFeed> feeds = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        log = TestLog.empty(3);
    }

    @AfterAll
    static void stop() {
        log.close();
    }

    @AfterEach
    void close() {
        feeds.forEach(GroupFeed::close);
    }

    @Test
    void whatIsNotDoneWithComesAgainWithAllThatFollowedIt() {
        Map<String, CompletableFuture<Boolean>> held = new ConcurrentHashMap<>();
        GroupFeed first = feed("a", 4, (record, ours) -> {
            String id = id(record);
            return id.equals("tx-2") ? held.computeIfAbsent(id, key -> new CompletableFuture<>()) : done(true);
        });
        log.commit(labels(0, 10));
        await().atMost(SOON).until(() -> !held.isEmpty() && first.lag() == 9); // 2 of 10 and a marker
        held.values().forEach(waiting -> waiting.complete(false));
        first.close();

        List<String> second = new CopyOnWriteArrayList<>();
        feed("b", 4, (record, ours) -> {
            second.add(id(record));
            return done(true);
        });
        await().atMost(SOON).until(() -> second.size() >= 8);
        assertThat(second).containsExactlyElementsOf(ids(2, 10));
    }

    @Test
    void noMoreAreTakenThanMayBeUnderWay() {
        List<CompletableFuture<Boolean>> underWay = new CopyOnWriteArrayList<>();
        AtomicInteger most = new AtomicInteger();
        feed("a", 3, (record, ours) -> {
            CompletableFuture<Boolean> taken = new CompletableFuture<>();
            underWay.add(taken);
            most.accumulateAndGet(
                    (int) underWay.stream().filter(one -> !one.isDone()).count(), Math::max);
            return taken;
        });
        log.commit(labels(0, 30));
        for (int done = 0; done < 30; done++) {
            int next = done;
            await().atMost(SOON).until(() -> underWay.size() > next);
            underWay.get(next).complete(true);
        }
        assertThat(most).hasValueLessThanOrEqualTo(3);
    }

    @Test
    void aFailureOfTheHandlerBeginsAgainFromWhatIsCommitted() {
        AtomicInteger failures = new AtomicInteger();
        List<String> handled = new CopyOnWriteArrayList<>();
        feed("a", 1, (record, ours) -> {
            if (id(record).equals("tx-5") && failures.getAndIncrement() < 2) {
                return CompletableFuture.failedFuture(new IllegalStateException("for this test"));
            }
            handled.add(id(record));
            return done(true);
        });
        log.commit(labels(0, 10));
        await().atMost(SOON).until(() -> handled.contains("tx-9"));
        assertThat(handled.stream().distinct()).containsExactlyElementsOf(ids(0, 10));
        assertThat(failures).hasValue(3);
    }

    @Test
    void anotherMemberTakesOverAndWhatTheFirstStillHasIsNoLongerItsOwn() {
        List<BooleanSupplier> ofTheFirst = new CopyOnWriteArrayList<>();
        GroupFeed first = feed("a", 100, (record, ours) -> {
            ofTheFirst.add(ours);
            return new CompletableFuture<>();
        });
        log.commit(accounts(60));
        await().atMost(SOON).until(() -> ofTheFirst.size() == 60);
        assertThat(ofTheFirst).allMatch(BooleanSupplier::getAsBoolean);

        Set<String> ofTheSecond = ConcurrentHashMap.newKeySet();
        feed("b", 100, (record, ours) -> {
            ofTheSecond.add(id(record));
            return done(true);
        });
        await().atMost(SOON).until(() -> !ofTheSecond.isEmpty());
        await().atMost(SOON)
                .until(() ->
                        ofTheFirst.stream().filter(ours -> !ours.getAsBoolean()).count() == ofTheSecond.size());
        assertThat(first.notReadyBecause()).isNull();
    }

    private GroupFeed feed(String member, int inFlight, GroupFeed.Handler handler) {
        GroupFeed feed = new GroupFeed(
                new GroupFeed.Source(
                        log.cluster(), group, group + "-" + member, Set.of(Topics.TRANSACTIONS), false, inFlight),
                handler);
        feeds.add(feed);
        feed.start();
        await().atMost(SOON).until(() -> feed.notReadyBecause() == null); // it has its place on the log
        return feed;
    }

    private static CompletableFuture<Boolean> done(boolean done) {
        return CompletableFuture.completedFuture(done);
    }

    private static String id(LogRecord record) {
        return ((TransactionLabelled) new io.weir.events.EventReader(log.schemas()).read(record.value()))
                .transactionId();
    }

    /** All in one partition. */
    private static List<Event> labels(int from, int to) {
        return IntStream.range(from, to)
                .<Event>mapToObj(i -> new TransactionLabelled("tx-" + i, "account", i, i, false, null))
                .toList();
    }

    /** In all partitions. */
    private static List<Event> accounts(int count) {
        return IntStream.range(0, count)
                .<Event>mapToObj(i -> new TransactionLabelled("tx-" + i, "account-" + i, i, i, false, null))
                .toList();
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "tx-" + i).toList();
    }
}
