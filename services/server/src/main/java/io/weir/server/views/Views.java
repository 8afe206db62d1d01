package io.weir.server.views;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.Router;
import io.weir.core.policy.Policy.OnDeadline;
import io.weir.events.FraudAlertRaised;
import io.weir.events.ModelPublished;
import io.weir.events.PolicyActivated;
import io.weir.events.PolicyPublished;
import io.weir.events.SchemaIds;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import io.weir.server.http.DecisionLookup;
import io.weir.server.http.PolicyNames;
import io.weir.server.http.Readiness;
import io.weir.server.http.Routes;
import io.weir.server.log.Cluster;
import io.weir.server.log.LogFeed;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What was decided, in memory, as a fold of the log: decisions by transaction, accounts, other entities, the newest alerts
 * and a live stream of them. Only what is committed is ever seen. Thread-safe: the log's thread folds, event loops read.
 */
public final class Views implements DecisionLookup, Routes, Readiness, AutoCloseable {
    private static final Set<Topics> TOPICS =
            Set.of(Topics.TRANSACTIONS, Topics.DECISIONS, Topics.FRAUD_ALERTS, Topics.CONTROL);

    private final HeldEvent.Reader reader;
    private final DecisionView decisions;
    private final AccountView accounts;
    private final EntityView entities;
    private final PolicyView policies;
    private final Consumer<ModelPublished> models;
    private final AlertStream stream;
    private final LogFeed feed;
    private final List<Routes> routes;
    private Listener listener = (entry, live) -> {};
    private final Map<Topics, Counter> folded = new EnumMap<>(Topics.class);

    /**
     * Empty views; {@link #start} fills them.
     *
     * @param schemaIds may block when it meets an id for the first time: it is asked on the views' own thread
     * @param metrics gets the meters {@code weir.views.*}
     * @param state whose windows are shown
     * @param namesOf the names in a policy document; what it throws leaves values without names
     * @param models takes those that are published, ahead of the policies that use them
     */
    public Views(
            Cluster cluster,
            SchemaIds schemaIds,
            MeterRegistry metrics,
            ViewsConfig config,
            LiveState state,
            Function<String, PolicyNames> namesOf,
            Consumer<ModelPublished> models) {
        reader = new HeldEvent.Reader(schemaIds);
        decisions = new DecisionView(config.decisionBytes());
        accounts = new AccountView(config.accountBytes());
        entities = new EntityView(config.entityBytes());
        policies = new PolicyView(namesOf);
        this.models = models;
        feed = new LogFeed(cluster, "weir-views", TOPICS, schemaIds, config.patience(), this::fold);
        stream = new AlertStream(config, feed::caughtUp);
        routes = List.of(
                new ReadRoutes(this, stream, config.heartbeat(), feed),
                new StateRoutes(this, accounts, entities, state, feed));
        register(metrics);
    }

    /** Who follows the same events, on the views' thread. */
    @FunctionalInterface
    public interface Listener {
        /**
         * An event of the views' topics.
         *
         * @param live whether everything is folded that was there at start
         */
        void fold(LogFeed.Entry entry, boolean live);
    }

    /** Has someone follow the same events, so that the log is read once; before {@link #start}. */
    public void tell(Listener follower) {
        listener = follower;
    }

    /** Begins to read the log; returns at once. Once only. */
    public void start() {
        feed.start();
    }

    @Override
    public @Nullable TransactionDecided decision(String transactionId) {
        return decisions.get(transactionId);
    }

    @Override
    public @Nullable PolicyNames names(Sha256 policySha256) {
        return policies.names(policySha256);
    }

    @Override
    public OnDeadline onDeadline() {
        return policies.onDeadline();
    }

    /** Mounts the routes of decisions, accounts and other entities, alerts and their stream. */
    @Override
    public void mount(Router router) {
        routes.forEach(part -> part.mount(router));
    }

    @Override
    public String name() {
        return "views";
    }

    /** Holds once everything is folded that was committed at start, as long as the log is being followed. */
    @Override
    public @Nullable String notReadyBecause() {
        return feed.notReadyBecause();
    }

    /** Ends the streams of alerts, those that are open and those that are asked for later. Returns at once. */
    public void endStreams() {
        stream.end();
    }

    /** Ends the streams, stops reading; within about 15 s. */
    @Override
    public void close() {
        endStreams();
        feed.close();
    }

    private void fold(LogFeed.Entry entry) {
        LogPosition position = new LogPosition(entry.timestampMs(), entry.partition(), entry.offset());
        switch (entry.event()) {
            case TransactionDecided decided -> {
                HeldEvent<TransactionDecided> held = reader.hold(decided, entry.value());
                decisions.add(position, decided.transactionId(), held);
                accounts.add(entry.timestampMs(), decided, held);
            }
            case FraudAlertRaised alert -> {
                HeldAlert held = HeldAlert.of(alert, reader.hold(alert, entry.value()));
                stream.add(entry.partition(), entry.offset(), entry.timestampMs(), held);
            }
            case TransactionSubmitted submitted -> entities.add(position, submitted);
            case ModelPublished published -> models.accept(published);
            case PolicyPublished published -> policies.add(published);
            case PolicyActivated activated -> policies.activate(activated);
            default -> {} // of no interest here
        }
        listener.fold(entry, feed.caughtUp());
        Objects.requireNonNull(folded.get(entry.topic())).increment();
    }

    private void register(MeterRegistry metrics) {
        for (Topics topic : TOPICS) {
            folded.put(
                    topic,
                    Counter.builder("weir.views.events")
                            .description("Events folded into the views")
                            .tag("topic", topic.topicName())
                            .register(metrics));
        }
        FunctionCounter.builder("weir.views.undecodable", feed, LogFeed::undecodable)
                .description("Values on the log that are no events, passed over")
                .register(metrics);
        Gauge.builder("weir.views.lag", feed, LogFeed::lag)
                .description("Offsets between the views and the end of what is committed; -1 before the first look")
                .register(metrics);
        entries(metrics, "decisions", decisions, DecisionView::size, DecisionView::evicted);
        entries(metrics, "accounts", accounts, AccountView::size, AccountView::evicted);
        entries(metrics, "entities", entities, EntityView::size, EntityView::evicted);
        entries(metrics, "alerts", stream.alerts(), AlertView::size, AlertView::evicted);
        bytes(metrics, "decisions", decisions, DecisionView::bytes);
        bytes(metrics, "accounts", accounts, AccountView::bytes);
        bytes(metrics, "entities", entities, EntityView::bytes);
        bytes(metrics, "alerts", stream.alerts(), AlertView::bytes);
        Gauge.builder("weir.views.stream.clients", stream, AlertStream::clients)
                .description("Clients that listen to the stream of alerts")
                .register(metrics);
        FunctionCounter.builder("weir.views.stream.dropped", stream, AlertStream::dropped)
                .description("Clients of the stream that were too slow")
                .register(metrics);
    }

    private static <V> void entries(
            MeterRegistry metrics, String view, V of, ToDoubleFunction<V> size, ToDoubleFunction<V> evicted) {
        Gauge.builder("weir.views.entries", of, size)
                .description("What a view holds")
                .tag("view", view)
                .register(metrics);
        FunctionCounter.builder("weir.views.evicted", of, evicted)
                .description("What a view had to give up for its bounds")
                .tag("view", view)
                .register(metrics);
    }

    private static <V> void bytes(MeterRegistry metrics, String view, V of, ToDoubleFunction<V> bytes) {
        Gauge.builder("weir.views.heap", of, bytes)
                .description("What a view takes on the heap, estimated")
                .baseUnit("bytes")
                .tag("view", view)
                .register(metrics);
    }
}
