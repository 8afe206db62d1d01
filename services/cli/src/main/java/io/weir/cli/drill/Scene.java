package io.weir.cli.drill;

import io.weir.cli.Progress;
import io.weir.local.LocalBroker;
import io.weir.local.LocalStack;
import io.weir.server.log.Cluster;
import io.weir.server.schemas.Schemas;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What a drill acts on: the processes, the load, and chance as the seed has it. Used by one thread. */
final class Scene {
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);

    private final Path directory;
    private final LocalStack stack;
    private final Cluster cluster;
    private final Schemas schemas;
    private final List<Instance> instances;
    private final List<Wire> wires;
    private final PaymentLoad load;
    private final Random random;
    private final Progress progress;
    private final List<Fault> faults = new ArrayList<>();
    private final Map<String, Double> measures = new LinkedHashMap<>();
    private int poisoned;
    private final boolean shortened;

    Scene(
            Path directory,
            LocalStack stack,
            Cluster cluster,
            Schemas schemas,
            List<Instance> instances,
            List<Wire> wires,
            PaymentLoad load,
            Random random,
            boolean shortened,
            Progress progress) {
        this.directory = directory;
        this.stack = stack;
        this.cluster = cluster;
        this.schemas = schemas;
        this.instances = instances;
        this.wires = wires;
        this.load = load;
        this.random = random;
        this.shortened = shortened;
        this.progress = progress;
    }

    Path directory() {
        return directory;
    }

    LocalStack stack() {
        return stack;
    }

    Cluster cluster() {
        return cluster;
    }

    Schemas schemas() {
        return schemas;
    }

    List<Instance> instances() {
        return instances;
    }

    /** Those that decide. */
    List<Instance> engines() {
        return instances.stream().filter(one -> one.plan().decides()).toList();
    }

    /** Those by which instances that are planned so reach the brokers. */
    List<Wire> wires() {
        return wires;
    }

    PaymentLoad load() {
        return load;
    }

    Random random() {
        return random;
    }

    /** Whether only the essence is to be done, in seconds rather than minutes. */
    boolean isShort() {
        return shortened;
    }

    /** One of them, by chance. */
    <T> T any(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    /** Lets load go on for so long, and by chance up to as much more. */
    void goOn(double seconds, double more) throws InterruptedException {
        Thread.sleep((long) (1_000 * (seconds + more * random.nextDouble())));
    }

    /** Notes that something is being done now. */
    void fault(String what, double targetSeconds, String detail) {
        faults.add(new Fault(what, targetSeconds, System.nanoTime()));
        progress.say("  " + what + (detail.isEmpty() ? "" : ": " + detail));
    }

    /** Notes that it is over: what is felt from now on is nobody's fault. */
    void calm() {
        faults.add(new Fault("", Double.NaN, System.nanoTime()));
    }

    void say(String what) {
        progress.say("  " + what);
    }

    /** Starts an instance again and waits until it is ready. */
    void startAgain(Instance instance) throws IOException, InterruptedException {
        instance.start();
        instance.awaitReady(READY_WITHIN);
    }

    /** The broker of this id. */
    LocalBroker broker(int id) {
        return stack.brokers().stream()
                .filter(broker -> broker.id() == id)
                .findFirst()
                .orElseThrow();
    }

    /** Notes how many records were put on the log that are no events: each must become a dead letter. */
    void poisoned(int records) {
        poisoned += records;
    }

    int poisoned() {
        return poisoned;
    }

    /** A figure that only this drill has. */
    void measure(String name, double value) {
        measures.put(name, value);
    }

    Map<String, Double> measures() {
        return measures;
    }

    List<Fault> faults() {
        return faults;
    }
}
