package io.weir.server;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.Router;
import io.weir.server.audit.Auditor;
import io.weir.server.audit.Audits;
import io.weir.server.control.ListRoutes;
import io.weir.server.control.Lists;
import io.weir.server.control.ModelRoutes;
import io.weir.server.control.Policies;
import io.weir.server.control.PolicyRoutes;
import io.weir.server.control.PublishedModels;
import io.weir.server.control.RuleRoutes;
import io.weir.server.control.Rules;
import io.weir.server.gateway.Gateway;
import io.weir.server.guard.RuleGuard;
import io.weir.server.health.HealthWatch;
import io.weir.server.health.HotKeys;
import io.weir.server.http.HttpEdge;
import io.weir.server.http.PolicyNames;
import io.weir.server.http.Readiness;
import io.weir.server.http.Routes;
import io.weir.server.log.BatchTimes;
import io.weir.server.log.ControlLog;
import io.weir.server.log.EarlierLife;
import io.weir.server.model.Models;
import io.weir.server.policy.DefaultPolicy;
import io.weir.server.policy.PolicyException;
import io.weir.server.policy.PolicySource;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import io.weir.server.score.Follower;
import io.weir.server.score.Scorer;
import io.weir.server.score.ShadowScorer;
import io.weir.server.views.LiveState;
import io.weir.server.views.Views;
import io.weir.server.webhooks.Webhooks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance, put together: HTTP edge, gateway, engines, views, according to its roles.
 *
 * <p>It listens from the start, so that health can be asked; it is ready when every part is.
 */
public final class Server implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Server.class);
    private static final long START_TIMEOUT_S = 30;
    private static final long STOP_TIMEOUT_S = 15;

    private final ServerSettings settings;
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final BatchTimes batchTimes = new BatchTimes();
    private final HotKeys hotKeys = new HotKeys();
    private final List<Readiness> readiness = new ArrayList<>();
    private final List<Routes> routes = new ArrayList<>();
    /** What must not go on while requests in flight are answered; returns at once. */
    private final List<Runnable> stopTaking = new ArrayList<>();
    /** What to close, the last started first. */
    private final Deque<Part> parts = new ArrayDeque<>();
    /** Names of those whose close was not over when last looked at. */
    private final Set<String> unfinished = new ConcurrentSkipListSet<>();

    private @Nullable HttpEdge edge;

    /** What is closed at the end, under the name that an operator is told. */
    private record Part(String name, AutoCloseable closing) {
        /** Engines do not wait for each other: each may have a batch to finish. */
        boolean isEngine() {
            return closing instanceof Scorer || closing instanceof ShadowScorer;
        }
    }

    private Server(ServerSettings settings) {
        this.settings = settings;
    }

    /**
     * Starts an instance; returns when it listens, which is before it is ready.
     *
     * @throws IllegalStateException when it cannot start; the message says why and what to do
     */
    public static Server start(ServerSettings settings) {
        Server server = new Server(settings);
        try {
            server.startParts();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** The port that it listens on. */
    public int port() {
        HttpEdge listening = edge;
        if (listening == null) {
            throw new IllegalStateException("it does not listen");
        }
        return listening.actualPort();
    }

    /** Everything that it serves, on a router of its own. */
    Router router(Vertx vertx) {
        return HttpEdge.router(vertx, settings.http(), routes, readiness, metrics);
    }

    /**
     * Stops in order: takes no more requests, answers those in flight, disconnects the gateway, lets the engines finish,
     * commit and leave the group, ends the views. Every step is bounded; with a broker that gives no answer they add up to
     * about a minute.
     */
    @Override
    public void close() {
        stopTaking.forEach(Runnable::run);
        while (!parts.isEmpty()) {
            List<Part> together = new ArrayList<>(List.of(parts.pop()));
            while (together.getFirst().isEngine()
                    && !parts.isEmpty()
                    && parts.peek().isEngine()) {
                together.add(parts.pop());
            }
            closeAll(together);
        }
    }

    /** While {@link #close} goes on, the names of the parts that are being closed at this moment. From any thread. */
    List<String> unfinished() {
        return List.copyOf(unfinished);
    }

    private void closeAll(List<Part> together) {
        List<Thread> closing = together.stream()
                .map(part -> Thread.startVirtualThread(() -> close(part)))
                .toList();
        try {
            for (Thread one : closing) {
                one.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void close(Part part) {
        unfinished.add(part.name());
        try {
            part.closing().close();
        } catch (Exception e) {
            log.warn("closing {}: {}", part.name(), e.toString());
        }
        unfinished.remove(part.name());
    }

    private void startParts() {
        if (Role.decides(settings.roles())) {
            EarlierLife.release(settings.cluster(), engineNames());
        }
        bindJvmMetrics();
        RegistryClient registry = new RegistryClient(settings.registryUrl());
        parts.push(new Part("schema registry", registry));
        Schemas schemas = Schemas.load(registry, settings.patience());
        Models models = new Models();
        PolicySource compiler = PolicySource.of(models);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        parts.push(new Part("Vert.x", () -> await(vertx.close(), STOP_TIMEOUT_S, "stopping Vert.x")));
        startHealth(); // first, so that what decides does not wait for its end
        List<Scorer> engines = Role.decides(settings.roles()) ? engines(schemas, compiler) : List.of();
        LiveState state = state(engines, schemas, compiler);
        ControlLog control = new ControlLog(settings.cluster(), schemas);
        Policies policies = new Policies(
                control, models, System::currentTimeMillis, settings.twoPersonActivation(), sha256 -> engines.stream()
                        .map(engine -> engine.warmth(sha256))
                        .filter(Objects::nonNull)
                        .toList());
        Views views = null;
        if (Role.keepsViews(settings.roles())) {
            RuleGuard guard = new RuleGuard(
                    control, compiler::policy, settings.ruleBreaker(), System::currentTimeMillis, metrics);
            parts.push(new Part("rule guard", guard));
            views = views(schemas, compiler, state, guard);
            Audits audits = startAudits(schemas);
            addControl(control, policies, models, guard, audits);
        }
        if (!engines.isEmpty()) {
            startPolicy(policies);
            engines.forEach(this::start);
        }
        if (views != null) {
            startAfterRestore(views, engines);
        }
        if (Role.shadows(settings.roles())) {
            startShadow(schemas, compiler);
        }
        if (!settings.webhooks().isEmpty()) {
            startWebhooks(vertx, schemas);
        }
        Context eventLoop = eventLoop(vertx);
        if (Role.submits(settings.roles()) && views != null) {
            startGateway(eventLoop, schemas, views);
        }
        HttpEdge listening = await(
                HttpEdge.start(eventLoop, settings.http(), routes, readiness, metrics), START_TIMEOUT_S, "listening");
        edge = listening;
        parts.push(new Part("HTTP server", () -> await(listening.close(), STOP_TIMEOUT_S, "closing the HTTP server")));
        log.info("listening on {}:{}", settings.http().host(), listening.actualPort());
    }

    private void addControl(ControlLog control, Policies policies, Models models, RuleGuard guard, Audits audits) {
        routes.add(new PolicyRoutes(policies, audits::backtest));
        routes.add(new ModelRoutes(new PublishedModels(control, policies, System::currentTimeMillis), models));
        routes.add(new ListRoutes(new Lists(control, policies, System::currentTimeMillis)));
        routes.add(new RuleRoutes(new Rules(control, policies, guard, System::currentTimeMillis)));
    }

    private Views views(Schemas schemas, PolicySource compiler, LiveState state, RuleGuard guard) {
        Views views = new Views(
                settings.cluster(),
                schemas,
                metrics,
                settings.views(),
                state,
                document -> PolicyNames.of(compiler.policy(document)),
                compiler::take);
        parts.push(new Part("views", views));
        stopTaking.add(views::endStreams); // they would never end by themselves
        // Payments do not wait until millions of decisions are read again; reads do, see Views.
        readiness.add(Role.submits(settings.roles()) ? views.forInformation() : views);
        routes.add(views);
        views.tell(guard::fold);
        return views;
    }

    /** To read millions of decisions again takes as much as to restore a state: payments wait for the one, few for the other. */
    private static void startAfterRestore(Views views, List<Scorer> engines) {
        var unused = CompletableFuture.allOf(
                        engines.stream().map(Scorer::firstRestore).toArray(CompletableFuture<?>[]::new))
                .thenRun(views::start);
    }

    private Audits startAudits(Schemas schemas) {
        Audits audits = new Audits(new Auditor(settings.cluster(), schemas), System::currentTimeMillis);
        parts.push(new Part("audits", audits));
        routes.add(audits);
        return audits;
    }

    private void startPolicy(Policies policies) {
        Path file = settings.policyFile();
        try {
            String document = file == null ? DefaultPolicy.document() : Files.readString(file);
            policies.start(document, file == null, settings.instanceId());
        } catch (IOException e) {
            throw new UncheckedIOException("policy file " + file + " cannot be read", e);
        } catch (PolicyException e) {
            throw new IllegalStateException((file == null ? "the built-in policy" : file) + ": " + e.getMessage(), e);
        }
    }

    private List<Scorer> engines(Schemas schemas, PolicySource compiler) {
        return engineNames().stream()
                .map(engine -> new Scorer(
                        settings.cluster(),
                        engine,
                        schemas,
                        compiler,
                        settings.snapshotInterval(),
                        metrics,
                        batchTimes,
                        hotKeys))
                .toList();
    }

    private List<String> engineNames() {
        return IntStream.range(0, settings.engines())
                .mapToObj(engine -> "weir-" + settings.instanceId() + "-" + engine)
                .toList();
    }

    private void start(Scorer engine) {
        if (settings.ignoreSnapshots()) {
            engine.ignoreSnapshots();
        }
        engine.breaker(settings.deadLetterBreaker());
        parts.push(new Part(engine.name(), engine));
        readiness.add(engine);
        readiness.add(engine.partitions());
        engine.start();
    }

    /** Every instance watches: there is nothing to elect, and what they publish is the same. */
    private void startHealth() {
        if (settings.health().interval().isZero()) {
            return;
        }
        HealthWatch watch = new HealthWatch(settings.cluster(), settings.health(), hotKeys, metrics);
        parts.push(new Part("health watch", watch));
        routes.add(watch);
        watch.start();
    }

    /** Payments do not depend on it. */
    private void startShadow(Schemas schemas, PolicySource compiler) {
        ShadowScorer shadow = new ShadowScorer(
                settings.cluster(), "weir-" + settings.instanceId() + "-shadow", schemas, compiler, metrics);
        parts.push(new Part(shadow.name(), shadow));
        readiness.add(shadow.forInformation());
        shadow.start();
    }

    private void startWebhooks(Vertx vertx, Schemas schemas) {
        Webhooks webhooks =
                new Webhooks(vertx, settings.cluster(), schemas, settings.webhooks(), settings.instanceId(), metrics);
        parts.push(new Part("webhooks", webhooks));
        readiness.addAll(webhooks.readiness());
        webhooks.start();
    }

    /** Every engine has the whole state. Where there is none, the state is followed if the instance is there to show it. */
    private LiveState state(List<Scorer> engines, Schemas schemas, PolicySource compiler) {
        if (!engines.isEmpty()) {
            return engines.getFirst()::profile;
        }
        if (!settings.roles().contains(Role.VIEWS)) {
            return (kind, id) -> CompletableFuture.failedFuture(
                    new IllegalStateException("this instance keeps no windows; ask one with the role views or scorer"));
        }
        Follower follower =
                new Follower(settings.cluster(), "weir-" + settings.instanceId() + "-state", schemas, compiler);
        parts.push(new Part(follower.name(), follower));
        readiness.add(follower);
        follower.start();
        return follower::profile;
    }

    private void startGateway(Context eventLoop, Schemas schemas, Views views) {
        Gateway gateway = new Gateway(
                eventLoop,
                settings.gateway(),
                settings.cluster(),
                schemas,
                views,
                System::currentTimeMillis,
                metrics,
                batchTimes);
        parts.push(new Part(gateway.name(), gateway));
        stopTaking.add(gateway::stopTaking);
        readiness.add(gateway);
        routes.add(gateway);
        gateway.start().onFailure(e -> log.error("the gateway did not start", e));
    }

    private void bindJvmMetrics() {
        new JvmMemoryMetrics().bindTo(metrics);
        new JvmThreadMetrics().bindTo(metrics);
        new ProcessorMetrics().bindTo(metrics);
        new UptimeMetrics().bindTo(metrics);
        JvmGcMetrics gc = new JvmGcMetrics();
        gc.bindTo(metrics);
        parts.push(new Part("metrics", gc));
    }

    /** One event loop for the HTTP server and the gateway: what they share needs no locks. */
    private static Context eventLoop(Vertx vertx) {
        return vertx.getOrCreateContext();
    }

    private static <T> T await(Future<T> future, long seconds, String doing) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(doing + " failed: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(doing + " took more than " + seconds + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + doing, e);
        }
    }
}
