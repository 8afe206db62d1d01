package io.weir.server.log;

import io.weir.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.kafka.receiver.ReceiverRecord;

/**
 * The committed records of some topics, shared out among the members of a consumer group, each handed to a handler at least
 * once. A position is committed when everything before it is done with. So many records are with the handler at a time; while
 * it has them no more are read, and nothing is lost.
 *
 * <p>Nothing ends a feed but {@link #close}: what fails (brokers, the handler itself) is tried again with backoff, without
 * end, from what is committed, and shows in {@link #notReadyBecause}.
 */
public final class GroupFeed implements AutoCloseable {

    /** What becomes of the records. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Takes a record, on the feed's thread, which it may hold up.
         *
         * @param ours whether the record is still ours; once it is not, whoever has it now takes it again
         * @return true: it is done with; false: it is not, and comes again; a failure: the feed begins again from what is
         *     committed
         */
        CompletionStage<Boolean> handle(LogRecord record, BooleanSupplier ours);
    }

    /**
     * What to read.
     *
     * @param group the consumer group
     * @param clientId Kafka's client id, in broker logs and quotas
     * @param fromBeginning where a group begins that has no positions yet: with the oldest records, or with the next ones
     * @param inFlight how many records may be with the handler at a time, at least 1
     */
    public record Source(
            Cluster cluster, String group, String clientId, Set<Topics> topics, boolean fromBeginning, int inFlight) {
        public Source {
            topics = Set.copyOf(topics);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(GroupFeed.class);

    private static final Duration LAST_BACKOFF = Duration.ofSeconds(10);
    private static final Duration FINISH = Duration.ofSeconds(10);
    private static final long LOOK_MS = 1_000;

    private final Source source;
    private final Handler handler;
    private final Admin admin;
    private final GroupPlacing placing;
    /** Connects and watches; may block. */
    private final ScheduledExecutorService watcher;

    private final Map<ReceiverRecord<?, ?>, CompletableFuture<Boolean>> underWay = new ConcurrentHashMap<>();

    private volatile @Nullable Disposable subscription;
    private volatile @Nullable GroupSession session;
    private volatile boolean stopping;
    private volatile long lag = -1;
    private volatile @Nullable String failure = "has not reached the log yet";
    private volatile @Nullable String silence;

    /** A feed that does nothing until {@link #start}. */
    public GroupFeed(Source source, Handler handler) {
        this.source = source;
        this.handler = handler;
        Map<String, Object> settings = new HashMap<>(KafkaSettings.admin(source.cluster()));
        settings.put("client.id", source.clientId() + "-ends");
        this.admin = Admin.create(settings);
        this.placing = new GroupPlacing(admin, source.group(), source.topics());
        this.watcher = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(source.clientId() + "-watch").factory());
    }

    /** Starts reading; returns at once. Once only. */
    public void start() {
        if (subscription != null) {
            throw new IllegalStateException("a feed is started once");
        }
        subscription = Mono.fromCallable(this::connect)
                .subscribeOn(Schedulers.fromExecutor(watcher))
                .flatMapMany(
                        opened -> opened.records().flatMap(received -> handle(opened, received), source.inFlight()))
                .retryWhen(FeedRetry.unending(LAST_BACKOFF, this::failed))
                .subscribe();
        lookIn(0);
    }

    /**
     * Offsets between what the group has committed and the end of what can be read, over all partitions, as of about a second
     * ago; -1 before the first look. A transaction's marker counts: one of each partition may remain.
     */
    public long lag() {
        return lag;
    }

    /** Why records may not be coming, or null if they are. Answers at once, on any thread. */
    public @Nullable String notReadyBecause() {
        String because = failure;
        return because == null ? silence : because;
    }

    /**
     * Takes no more records, waits until those with the handler are done, 10 s at most, commits and leaves the group. What is
     * not done by then is handed to whoever comes next.
     */
    @Override
    public void close() {
        stopping = true;
        finish();
        Disposable running = subscription;
        if (running != null) {
            running.dispose();
        }
        watcher.shutdownNow();
        GroupSession last = session;
        try {
            watcher.awaitTermination(GroupSession.CLOSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (last != null && !last.awaitClosed()) {
            log.warn("{}: has not left its group after {} s", source.clientId(), GroupSession.CLOSE.toSeconds());
        }
        admin.close(GroupSession.CLOSE);
    }

    private void finish() {
        List<CompletableFuture<Boolean>> last = new ArrayList<>(underWay.values());
        try {
            CompletableFuture.allOf(last.toArray(CompletableFuture[]::new))
                    .get(FINISH.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.warn(
                    "{}: {} records were not done with after {} s; they come again",
                    source.clientId(),
                    underWay.size(),
                    FINISH.toSeconds());
        } catch (ExecutionException e) {
            log.debug("{}: comes again", source.clientId(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private GroupSession connect() throws Exception {
        placing.place(source.fromBeginning());
        GroupSession opened = new GroupSession(source.cluster(), source.group(), source.clientId(), source.topics());
        session = opened;
        failure = null;
        return opened;
    }

    private Mono<Void> handle(GroupSession in, ReceiverRecord<byte[], byte[]> received) {
        if (stopping) {
            return Mono.never(); // until the session ends: neither done with nor followed by another
        }
        BooleanSupplier ours = in.tenure(new TopicPartition(received.topic(), received.partition()));
        CompletableFuture<Boolean> done =
                handler.handle(LogRecord.of(received), ours).toCompletableFuture();
        underWay.put(received, done);
        return Mono.fromFuture(done.copy()) // whoever waits for it may go, it goes on
                .doOnNext(isDone -> {
                    if (isDone) {
                        received.receiverOffset().acknowledge();
                    }
                })
                .doFinally(end -> underWay.remove(received))
                .then();
    }

    private void lookIn(long delayMs) {
        try {
            var unused = watcher.schedule(this::look, delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("{}: closed", source.clientId());
        }
    }

    private void look() {
        try {
            lag = placing.lag();
            silence = null;
        } catch (Exception e) {
            silence = "the brokers do not say where the group stands: " + messageOf(e);
        }
        lookIn(LOOK_MS);
    }

    private void failed(Throwable cause) {
        if (!stopping) {
            failure = messageOf(cause);
            log.warn("{}: {}; trying again", source.clientId(), failure);
        }
    }

    private static String messageOf(Throwable failure) {
        Throwable cause =
                failure instanceof ExecutionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
