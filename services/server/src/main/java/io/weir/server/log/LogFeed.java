package io.weir.server.log;

import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.MalformedValueException;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * All committed events of some topics, from the beginning on, without a consumer group; each once, in the order of its
 * partition, to one handler. The next batch is polled when the handler has returned for the last: that is the
 * back-pressure.
 *
 * <p>Nothing ends a feed but {@link #close}. Whatever fails (brokers, registry, the handler itself) is tried again with
 * backoff from the first event that the handler has not returned for, without end, and shows in
 * {@link #notReadyBecause}. Only a value that is no event, now or later, is passed over: counted and logged.
 */
public final class LogFeed implements AutoCloseable {

    /**
     * An event and where it stands.
     *
     * @param timestampMs the record's own time: when it was appended to the log
     * @param value the event as it stands there, for who keeps many: not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier on its way through, never compared
    public record Entry(Topics topic, int partition, long offset, long timestampMs, Event event, byte[] value) {}

    private static final Logger log = LoggerFactory.getLogger(LogFeed.class);

    private static final Duration LAST_BACKOFF = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final long WATCH_CATCHING_UP_MS = 100;
    private static final long WATCH_MS = 1_000;
    private static final Duration QUIET_AFTER_UNDECODABLE = Duration.ofSeconds(10);

    private final Cluster cluster;
    private final String clientId;
    private final Set<Topics> topics;
    private final Consumer<Entry> handler;
    private final Duration patience;
    private final EventReader reader;
    private final Admin admin;
    /** Connects and watches; may block. */
    private final ScheduledExecutorService watcher;

    /** Where to go on in each partition after a failure. */
    private final Map<TopicPartition, Long> next = new ConcurrentHashMap<>();

    private final AtomicLong undecodable = new AtomicLong();
    private long undecodableLoggedAtNanos = System.nanoTime() - QUIET_AFTER_UNDECODABLE.toNanos();

    private volatile @Nullable Disposable subscription;
    private volatile @Nullable FeedSession<Void> session;
    private volatile @Nullable Map<TopicPartition, Long> goal;
    private volatile boolean caughtUp;
    private volatile boolean closed;
    private volatile long lag = -1;
    private volatile long progressAtNanos = System.nanoTime();
    private volatile @Nullable String failure;

    /**
     * A feed that does nothing until {@link #start}.
     *
     * @param clientId Kafka's client id, in broker logs and quotas
     * @param topics whose values are events
     * @param patience how long it may make no progress, with something to read or without contact to the brokers, before
     *     it counts as not ready; above zero
     * @param handler called on one thread at a time; what it throws is logged, and the same event comes again
     */
    public LogFeed(
            Cluster cluster,
            String clientId,
            Set<Topics> topics,
            SchemaIds schemaIds,
            Duration patience,
            Consumer<Entry> handler) {
        this.cluster = cluster;
        this.clientId = clientId;
        this.topics = Set.copyOf(topics);
        this.handler = handler;
        this.patience = patience;
        this.reader = new EventReader(schemaIds);
        Map<String, Object> settings = new HashMap<>(KafkaSettings.admin(cluster));
        settings.put("client.id", clientId + "-ends");
        this.admin = Admin.create(settings);
        this.watcher = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(clientId + "-watch").factory());
    }

    /** Starts reading; returns at once. Once only. */
    public void start() {
        if (subscription != null) {
            throw new IllegalStateException("a feed is started once");
        }
        subscription = Mono.fromCallable(this::connect)
                .subscribeOn(Schedulers.fromExecutor(watcher))
                .flatMapMany(this::receive)
                .retryWhen(FeedRetry.unending(LAST_BACKOFF, this::failed))
                .subscribe();
        watchIn(0);
    }

    /**
     * Whether the handler has returned for everything that was committed on the log when the feed first reached it. Once
     * true it stays true.
     */
    public boolean caughtUp() {
        return caughtUp;
    }

    /**
     * Offsets between what was handled and the end of what is committed, over all partitions, as of the last look, which is
     * about a second old; transaction markers count. -1 before the first look.
     */
    public long lag() {
        return lag;
    }

    /** Values that were passed over because they are no events. */
    public long undecodable() {
        return undecodable.get();
    }

    /** Why what was read is incomplete or stale, or null if it is neither. Answers at once, on any thread. */
    public @Nullable String notReadyBecause() {
        String because = failure;
        if (!caughtUp) {
            String behind = lag < 0 ? "has not reached the log yet" : "is reading the log, " + lag + " offsets to go";
            return because == null ? behind : behind + "; last failure: " + because;
        }
        long idle = System.nanoTime() - progressAtNanos;
        if (idle <= patience.toNanos()) {
            return null;
        }
        return "no progress on the log for " + TimeUnit.NANOSECONDS.toSeconds(idle) + " s"
                + (because == null ? "" : ": " + because);
    }

    /**
     * Stops; when it returns the handler is not called any more, unless a call did not return within 5 s. Not to be called
     * from the handler.
     */
    @Override
    public void close() {
        closed = true;
        Disposable running = subscription;
        if (running != null) {
            running.dispose();
        }
        watcher.shutdownNow();
        FeedSession<Void> last = session;
        try {
            watcher.awaitTermination(FeedSession.CLOSE.toMillis(), TimeUnit.MILLISECONDS);
            if (last != null && !last.awaitClosed()) {
                log.warn("{}: the consumer is not closed after {} s", clientId, FeedSession.CLOSE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        admin.close(FeedSession.CLOSE);
    }

    private FeedSession<Void> connect() throws Exception {
        List<TopicPartition> partitions = partitions();
        if (goal == null) {
            goal = offsets(partitions, OffsetSpec.latest());
        }
        offsets(partitions, OffsetSpec.earliest()).forEach(next::putIfAbsent);
        return new FeedSession<>(cluster, clientId, partitions, next, new FeedSession.IgnoredKeys());
    }

    private Flux<? extends ConsumerRecord<Void, byte[]>> receive(FeedSession<Void> opened) {
        session = opened;
        // Demand is unbounded, but every stage from the poll on runs on the consumer's thread: the handler holds it.
        return opened.records().doOnNext(received -> pass(opened, received));
    }

    private void pass(FeedSession<Void> in, ConsumerRecord<Void, byte[]> received) {
        if (closed) {
            return;
        }
        Event event = decode(received);
        if (event != null) {
            Topics topic = Objects.requireNonNull(Topics.named(received.topic()), "read but not named");
            handler.accept(new Entry(
                    topic, received.partition(), received.offset(), received.timestamp(), event, received.value()));
        }
        next.put(new TopicPartition(received.topic(), received.partition()), received.offset() + 1);
        in.handled(received);
        progressAtNanos = System.nanoTime();
        failure = null;
    }

    private @Nullable Event decode(ConsumerRecord<Void, byte[]> received) {
        try {
            return reader.read(received.value());
        } catch (MalformedValueException e) {
            long count = undecodable.incrementAndGet();
            long now = System.nanoTime();
            if (now - undecodableLoggedAtNanos >= QUIET_AFTER_UNDECODABLE.toNanos()) {
                undecodableLoggedAtNanos = now;
                log.warn(
                        "{}: passed over a value that is no event, at {}-{} offset {}: {} ({} so far)",
                        clientId,
                        received.topic(),
                        received.partition(),
                        received.offset(),
                        e.getMessage(),
                        count);
            }
            return null;
        }
    }

    private void watchIn(long delayMs) {
        try {
            var unused = watcher.schedule(this::watch, delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("{}: closed", clientId);
        }
    }

    private void watch() {
        try {
            FeedSession<Void> current = session;
            if (current != null) {
                look(current);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            if (!closed && failure == null) {
                failure = causeOf(e);
            }
        } finally {
            watchIn(caughtUp ? WATCH_MS : WATCH_CATCHING_UP_MS);
        }
    }

    /** Compares where the consumer stands with where the log ends. */
    private void look(FeedSession<Void> current) throws Exception {
        Map<TopicPartition, Long> ends = offsets(current.partitions(), OffsetSpec.latest());
        FeedSession.Reached reached = current.reached(ANSWER);
        if (!caughtUp && current.hasHandled(reached, Objects.requireNonNull(goal))) {
            caughtUp = true;
            log.info("{}: caught up with the log", clientId);
        }
        lag = reached.missing(ends) + current.waiting(reached);
        if (lag == 0) {
            progressAtNanos = System.nanoTime();
            failure = null;
        }
    }

    private List<TopicPartition> partitions() throws Exception {
        Collection<String> names = topics.stream().map(Topics::topicName).toList();
        List<TopicPartition> partitions = new ArrayList<>();
        get(admin.describeTopics(names).allTopicNames()).forEach((name, description) -> description
                .partitions()
                .forEach(partition -> partitions.add(new TopicPartition(name, partition.partition()))));
        return List.copyOf(partitions);
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which) throws Exception {
        return get(ReadableOffsets.of(admin, partitions, which));
    }

    private <T> T get(KafkaFuture<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return future.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new TimeoutException("no answer from the brokers at " + cluster.bootstrapServers() + " within "
                    + ANSWER.toSeconds() + " s");
        }
    }

    private void failed(Throwable cause) {
        if (closed) {
            return;
        }
        failure = causeOf(cause);
        if (cause instanceof SchemaIds.SchemaUnavailableException
                || cause instanceof TimeoutException
                || cause instanceof ExecutionException) {
            log.warn(
                    "{}: {}; trying again",
                    clientId,
                    failure); // someone else's trouble: no need to know where we met it
        } else {
            log.warn("{}: {}; trying again", clientId, failure, cause);
        }
    }

    private static String causeOf(Throwable failure) {
        Throwable cause =
                failure instanceof ExecutionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
