package io.weir.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.events.Event;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.events.TransactionLabelled;
import io.weir.server.log.LogFeed.Entry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogFeedTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofSeconds(60);

    private final List<Entry> read = new CopyOnWriteArrayList<>();
    private final List<LogFeed> feeds = new ArrayList<>();
    private TestLog log;

    @BeforeEach
    void emptyLog() throws Exception {
        log = TestLog.empty(3);
    }

    @AfterEach
    void close() {
        feeds.forEach(LogFeed::close);
        log.close();
    }

    @Test
    void readsWhatIsCommittedFromTheBeginningInTheOrderOfEachPartition() {
        log.commit(labels(0, 500));
        LogFeed feed = start(read::add);
        await().atMost(SOON).until(feed::caughtUp);
        assertThat(read).hasSize(500);
        log.commit(labels(500, 1_000));
        await().atMost(SOON).until(() -> read.size() == 1_000);

        assertThat(ids()).containsExactlyInAnyOrderElementsOf(expectedIds(1_000));
        assertThat(read).allSatisfy(entry -> {
            assertThat(entry.topic()).isEqualTo(Topics.TRANSACTIONS);
            assertThat(entry.timestampMs()).isPositive();
        });
        assertInPartitionOrder();
        await().atMost(SOON).until(() -> feed.lag() == 0);
        assertThat(feed.notReadyBecause()).isNull();
    }

    @Test
    void neverSeesWhatWasAborted() {
        log.commit(labels(0, 10));
        log.abort(label(1_000), label(1_001), label(1_002));
        log.commit(labels(10, 20));
        log.abort(label(1_003));
        LogFeed feed = start(read::add);
        await().atMost(SOON).until(feed::caughtUp); // although the log ends in aborted records and markers
        log.abort(label(1_004));
        log.commit(labels(20, 30));
        await().atMost(SOON).until(() -> read.size() >= 30 && feed.lag() == 0);

        assertThat(ids()).containsExactlyInAnyOrderElementsOf(expectedIds(30));
    }

    @Test
    void hasNotCaughtUpWhileTheHandlerIsStillBusyWithWhatWasThere() throws Exception {
        log.commit(labels(0, 3));
        CountDownLatch goOn = new CountDownLatch(1);
        LogFeed feed = start(entry -> {
            awaitQuietly(goOn);
            read.add(entry);
        });
        await().pollDelay(Duration.ofMillis(500)).atMost(SOON).until(() -> true);
        assertThat(feed.caughtUp()).isFalse();
        assertThat(feed.notReadyBecause()).isNotNull();

        goOn.countDown();
        await().atMost(SOON).until(feed::caughtUp);
        assertThat(read).hasSize(3);
    }

    @Test
    void hasCaughtUpAtOnceWithAnEmptyLog() {
        LogFeed feed = start(read::add);
        await().atMost(SOON).until(feed::caughtUp);
        assertThat(feed.notReadyBecause()).isNull();
        assertThat(feed.lag()).isZero();
    }

    @Test
    void passesOverWhatIsNoEventAndCountsIt() {
        log.commit(labels(0, 5));
        log.commitRaw(Topics.TRANSACTIONS, 0, "not an event".getBytes(StandardCharsets.UTF_8));
        log.commitRaw(Topics.TRANSACTIONS, 1, null);
        log.commitRaw(Topics.TRANSACTIONS, 2, new byte[] {0, 127, 0, 0, 1, 2});
        log.commit(labels(5, 10));
        LogFeed feed = start(read::add);
        await().atMost(SOON).until(feed::caughtUp);

        assertThat(ids()).containsExactlyInAnyOrderElementsOf(expectedIds(10));
        assertThat(feed.undecodable()).isEqualTo(3);
    }

    @Test
    void givesTheSameEventAgainAfterTheHandlerFailed() {
        log.commit(labels(0, 100));
        AtomicInteger failures = new AtomicInteger();
        LogFeed feed = start(entry -> {
            if (read.size() == 40 && failures.getAndIncrement() < 2) {
                throw new IllegalStateException("for this test");
            }
            read.add(entry);
        });
        await().atMost(SOON).until(feed::caughtUp);

        assertThat(ids()).containsExactlyInAnyOrderElementsOf(expectedIds(100));
        assertThat(failures).hasValue(2 + 1);
        assertInPartitionOrder();
    }

    @Test
    void goesOnByItselfAfterTheBrokerWasGoneWithoutLossOrRepetition() {
        log.commit(labels(0, 300));
        LogFeed feed = start(log.schemas(), Duration.ofMillis(500), read::add);
        await().atMost(SOON).until(() -> feed.caughtUp() && feed.notReadyBecause() == null);

        log.stack().broker().kill();
        await().atMost(SOON).until(() -> feed.notReadyBecause() != null);
        assertThat(feed.notReadyBecause()).contains("no progress on the log");
        log.stack().broker().start();
        log.reconnect();
        log.commit(labels(300, 600));

        await().atMost(SOON).until(() -> read.size() >= 600);
        await().atMost(SOON).until(() -> feed.notReadyBecause() == null && feed.lag() == 0);
        assertThat(ids()).containsExactlyInAnyOrderElementsOf(expectedIds(600));
        assertInPartitionOrder();
    }

    @Test
    void waitsForTheRegistryWhereItMeetsAnUnknownSchemaAndLosesNothing() {
        labels(0, 10).forEach(log::commitNewer);
        SchemaIds unmet = log.freshSchemas();
        log.stack().registry().stop();
        try {
            LogFeed feed = start(unmet, PATIENCE, read::add);
            await().atMost(SOON).until(() -> {
                String because = feed.notReadyBecause();
                return because != null && because.contains("schema registry");
            });
            assertThat(read).isEmpty();
            log.stack().registry().start();
            await().atMost(SOON).until(feed::caughtUp);
            assertThat(ids()).containsExactlyInAnyOrderElementsOf(expectedIds(10));
        } finally {
            if (!log.stack().registry().isAlive()) {
                log.stack().registry().start();
            }
        }
    }

    @Test
    void callsTheHandlerNoMoreOnceItIsClosed() {
        LogFeed feed = start(read::add);
        log.commit(labels(0, 50));
        await().atMost(SOON).until(() -> read.size() == 50);
        feed.close();
        log.commit(labels(50, 100));
        LogFeed later = start(entry -> {});
        await().atMost(SOON).until(later::caughtUp);
        assertThat(read).hasSize(50);
    }

    @Test
    void closesAlsoWhereItNeverReachedABroker() {
        LogFeed feed = new LogFeed(
                Cluster.at("127.0.0.1:1"), "nowhere", Set.of(Topics.TRANSACTIONS), log.schemas(), PATIENCE, read::add);
        feed.start();
        await().atMost(SOON).until(() -> {
            String because = feed.notReadyBecause();
            return because != null && because.contains("no answer from the brokers at 127.0.0.1:1");
        });
        feed.close();
        assertThat(feed.caughtUp()).isFalse();
        assertThat(feed.lag()).isEqualTo(-1);
    }

    private LogFeed start(Consumer<Entry> handler) {
        return start(log.schemas(), PATIENCE, handler);
    }

    private LogFeed start(SchemaIds schemaIds, Duration patience, Consumer<Entry> handler) {
        LogFeed feed =
                new LogFeed(log.cluster(), "feed-test", Set.of(Topics.TRANSACTIONS), schemaIds, patience, handler);
        feeds.add(feed);
        feed.start();
        return feed;
    }

    private void assertInPartitionOrder() {
        Map<Integer, Long> last = new ConcurrentHashMap<>();
        for (Entry entry : read) {
            Long before = last.put(entry.partition(), entry.offset());
            assertThat(before == null || before < entry.offset())
                    .as("order at %s", entry)
                    .isTrue();
        }
        assertThat(last).hasSizeGreaterThan(1);
    }

    private List<String> ids() {
        return read.stream()
                .map(entry -> ((TransactionLabelled) entry.event()).transactionId())
                .toList();
    }

    private static List<String> expectedIds(int count) {
        return IntStream.range(0, count).mapToObj(i -> "tx-" + i).toList();
    }

    private static List<Event> labels(int from, int to) {
        return IntStream.range(from, to).<Event>mapToObj(LogFeedTest::label).toList();
    }

    private static TransactionLabelled label(int i) {
        return new TransactionLabelled("tx-" + i, "account-" + i % 17, i, i, false, null);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
