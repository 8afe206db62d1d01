package io.weir.cli.drill;

import io.weir.cli.Directory;
import io.weir.cli.Progress;
import io.weir.cli.drill.DrillResult.Effect;
import io.weir.events.Topics;
import io.weir.local.BrokerVersion;
import io.weir.local.ChildProcess;
import io.weir.local.ChildProcessException;
import io.weir.local.Life;
import io.weir.local.LocalStack;
import io.weir.server.audit.AuditFilter;
import io.weir.server.audit.AuditProgress;
import io.weir.server.audit.AuditReport;
import io.weir.server.audit.Auditor;
import io.weir.server.log.Cluster;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import io.weir.server.topics.TopicProvisioner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * A drill from an empty directory to its books: start everything, let payments come, do what the plan says, let everything
 * settle, and compare what callers were told with what lies on the log.
 *
 * @param perSecond payments
 * @param shortened whether only the essence is done
 * @param kafka the brokers' version, where the drill has none of its own
 */
record DrillRun(
        Drill drill,
        long seed,
        double perSecond,
        boolean shortened,
        BrokerVersion kafka,
        Path directory,
        Progress progress) {
    static final int PARTITIONS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final long STEADY_WITHIN_MS = 60_000;
    private static final long ACKNOWLEDGED_WITHIN_MS = 120_000;
    /** Payments before anything is done: gaps of a cold start are not the drill's. */
    private static final double STEADY_SECONDS = 3;

    /** Everything that runs. */
    private record Running(Scene scene, DecisionLog decisions, List<Instance> instances) {}

    /** Does it. Whatever it has started has ended when it returns; the directory stays where something is wrong. */
    DrillResult run() throws InterruptedException {
        long startedNs = System.nanoTime();
        Found found = new Found();
        String failure;
        try {
            eraseDirectory();
            failure = runPrepared(found);
        } catch (IOException
                | UncheckedIOException
                | ChildProcessException
                | KafkaException
                | IllegalStateException e) {
            failure = e.getMessage() == null ? e.toString() : e.getMessage();
        }
        DrillResult result = found.result(this, (System.nanoTime() - startedNs) / 1e9, failure);
        if (result.isSound()) {
            try {
                eraseDirectory();
            } catch (IOException e) {
                progress.say("cannot delete " + directory + ": " + e.getMessage());
            }
        }
        return result;
    }

    private void eraseDirectory() throws IOException, InterruptedException {
        for (Instance.Plan plan : drill.instances()) {
            ChildProcess.stopLeftOver(plan.name(), directory.resolve(plan.name()));
        }
        LocalStack.stopLeftOver(directory);
        drill.cleanUp(directory);
        LocalStack.erase(directory);
        Directory.delete(directory);
    }

    private @Nullable String runPrepared(Found found) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        drill.prepare(directory);
        try {
            return runOn(found);
        } finally {
            drill.cleanUp(directory);
        }
    }

    private @Nullable String runOn(Found found) throws IOException, InterruptedException {
        try (LocalStack stack =
                        LocalStack.start(directory, drill.brokers(), Life.SHORT, drill.detours(), drill.kafka(kafka));
                Wires wires = Wires.to(stack);
                RegistryClient registry = new RegistryClient(stack.registryUrl())) {
            Cluster cluster = Cluster.at(stack.bootstrapServers());
            new TopicProvisioner(cluster, PATIENCE).apply(PARTITIONS, registry);
            Schemas schemas = Schemas.load(registry, PATIENCE);
            List<Instance> instances = drill.instances().stream()
                    .map(plan -> new Instance(
                            plan,
                            directory,
                            plan.detour() ? wires.bootstrapServers() : stack.bootstrapServers(),
                            stack.registryUrl()))
                    .toList();
            try (PaymentLoad load = load(instances);
                    DecisionLog decisions = new DecisionLog(cluster, schemas, PARTITIONS)) {
                Scene scene = new Scene(
                        directory,
                        stack,
                        cluster,
                        schemas,
                        instances,
                        wires.all(),
                        load,
                        new Random(seed),
                        shortened,
                        progress);
                found.scene = scene;
                found.decisions = decisions;
                act(scene, decisions);
                return settle(new Running(scene, decisions, instances), found);
            } finally {
                instances.forEach(Instance::close);
            }
        }
    }

    private PaymentLoad load(List<Instance> instances) {
        int[] ports = instances.stream()
                .filter(instance -> instance.plan().takesPayments())
                .mapToInt(Instance::port)
                .toArray();
        return new PaymentLoad(ports, new Payments(seed, drill.name() + "-" + seed + "-"), perSecond);
    }

    private void act(Scene scene, DecisionLog decisions) throws IOException, InterruptedException {
        scene.instances().forEach(Instance::start);
        for (Instance instance : scene.instances()) {
            instance.awaitReady(READY_WITHIN);
        }
        progress.say("%s, seed %d: %,.0f payments a second ...".formatted(drill.name(), seed, perSecond));
        scene.load().start();
        long startedNs = System.nanoTime();
        while (!decisions.allPartitionsDecided()) {
            if (System.nanoTime() - startedNs > STEADY_WITHIN_MS * 1_000_000) {
                throw new IOException("no decisions came");
            }
            Thread.sleep(20);
        }
        scene.goOn(STEADY_SECONDS, 0);
        drill.run(scene);
        scene.goOn(2, 0);
    }

    private @Nullable String settle(Running running, Found found) throws IOException, InterruptedException {
        Scene scene = running.scene;
        boolean answered = scene.load().end(ACKNOWLEDGED_WITHIN_MS);
        progress.say("  %,d payments; waiting for the last decision, then the books ..."
                .formatted(scene.load().submitted()));
        Leftovers leftovers = new Leftovers(scene.cluster());
        leftovers.awaitNoLag();
        running.instances.forEach(Instance::close);
        running.decisions.finish(leftovers.ends(running.decisions.partitions()));
        AuditReport audit = Objects.requireNonNull(new Auditor(scene.cluster(), scene.schemas())
                .verify(AuditFilter.ALL, new AuditProgress(), () -> false));
        Balance balance = Balance.of(
                scene.load().told(),
                running.decisions.decided(),
                running.decisions.alerts(),
                leftovers.submitted(scene.schemas()),
                scene.poisoned(),
                leftovers.count(Topics.DEAD_LETTERS),
                audit);
        found.balance = balance;
        List<String> faults = new ArrayList<>(balance.faults());
        if (!answered) {
            faults.add("%,d payments were never acknowledged"
                    .formatted(scene.load().waiting()));
        }
        return faults.isEmpty() ? null : String.join("; ", faults);
    }

    /** What is known so far: a drill that breaks off tells it, too. */
    private static final class Found {
        private @Nullable Scene scene;
        private @Nullable DecisionLog decisions;
        private @Nullable Balance balance;

        DrillResult result(DrillRun run, double seconds, @Nullable String failure) {
            Scene known = scene;
            Map<String, Integer> troubles = new TreeMap<>();
            if (known != null) {
                known.load().troubles().forEach((what, times) -> troubles.put(what, times.get()));
            }
            return new DrillResult(
                    run.drill.name(),
                    run.seed,
                    run.perSecond,
                    seconds,
                    effects(run.progress),
                    known == null ? Map.of() : known.measures(),
                    known == null ? 0 : known.load().latencies().percentileMs(99),
                    known == null ? 0 : known.load().latencies().maxMs(),
                    troubles,
                    balance,
                    failure);
        }

        /** A fault is felt until the next one, or until there is no load any more. */
        private List<Effect> effects(Progress progress) {
            Map<String, Effect> byKind = new LinkedHashMap<>();
            if (scene == null || decisions == null) {
                return List.of();
            }
            List<Fault> faults = scene.faults();
            for (int i = 0; i < faults.size(); i++) {
                Fault fault = faults.get(i);
                if (!fault.what().isEmpty()) {
                    long untilNs = i + 1 < faults.size()
                            ? faults.get(i + 1).atNs()
                            : Math.min(scene.load().endedNs(), System.nanoTime());
                    Effect effect = new Effect(
                            fault.what(),
                            1,
                            decisions.longestGapSeconds(fault.atNs(), untilNs),
                            decisions.lateUntilSeconds(fault.atNs(), untilNs),
                            fault.targetSeconds());
                    progress.say("  %s: %.2f s without decisions, late for %.1f s"
                            .formatted(effect.what(), effect.gapSeconds(), effect.lateSeconds()));
                    byKind.merge(fault.what(), effect, Effect::worse);
                }
            }
            return List.copyOf(byKind.values());
        }
    }
}
