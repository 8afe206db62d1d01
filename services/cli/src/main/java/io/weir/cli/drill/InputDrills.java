package io.weir.cli.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Drills on what comes in, and on the registry that says how to read it. */
final class InputDrills {
    private static final double UNDISTURBED_SECONDS = 1;
    private static final double MEMORY_TIMES = 1.2;

    private InputDrills() {}

    static List<Drill> all() {
        return List.of(new Poisoned(), new RegistryDown(), new Overload(), new ClockSkew());
    }

    /** Records that are no events, among payments. */
    private static final class Poisoned implements Drill {
        @Override
        public String name() {
            return "poison";
        }

        @Override
        public String summary() {
            return "0.5 % and then 5 % of all records on the log are bad, in every way there is";
        }

        @Override
        public void run(Scene scene) throws InterruptedException {
            try (Poison poison = new Poison(scene)) {
                for (double share : new double[] {0.005, 0.05}) {
                    scene.fault("%.1f %% bad records".formatted(100 * share), Double.NaN, "");
                    double seconds = scene.isShort() ? 3 : 15;
                    int count = (int) Math.ceil(scene.load().rate() * seconds * share / (1 - share));
                    for (int i = 0; i < count; i++) {
                        poison.append();
                        scene.goOn(seconds / count, 0);
                    }
                    scene.calm();
                    scene.goOn(scene.isShort() ? 1 : 5, 0);
                }
            }
        }
    }

    /** What is running knows its schemas; what is starting waits. */
    private static final class RegistryDown implements Drill {
        @Override
        public String name() {
            return "registry-down";
        }

        @Override
        public String summary() {
            return "the schema registry is killed; meanwhile an instance is killed, too, and started again";
        }

        @Override
        public void run(Scene scene) throws IOException, InterruptedException {
            scene.fault("kill -9 of the registry", UNDISTURBED_SECONDS, "");
            scene.stack().registry().kill();
            scene.goOn(5, 3);
            Instance victim = scene.any(scene.engines());
            scene.fault("kill -9 of an instance meanwhile", 10, victim.name());
            victim.kill();
            victim.start();
            scene.goOn(10, 0);
            scene.fault("start of the registry", UNDISTURBED_SECONDS, "");
            scene.stack().registry().start();
            victim.awaitReady(Duration.ofMinutes(1));
            scene.goOn(2, 0);
        }
    }

    /** Ten times what was normal. */
    private static final class Overload implements Drill {
        private static final int TIMES = 10;

        @Override
        public String name() {
            return "overload";
        }

        @Override
        public String summary() {
            return "ten times as many payments for a minute; the instances' memory may grow to 1.2 times of before";
        }

        @Override
        public List<Instance.Plan> instances() {
            return Drill.super.instances().stream()
                    .map(Instance.Plan::withFixedHeap)
                    .toList();
        }

        @Override
        public void run(Scene scene) throws IOException, InterruptedException {
            double normal = scene.load().rate();
            scene.goOn(scene.isShort() ? 3 : 20, 0);
            long before = highestMemory(scene, scene.isShort() ? 2 : 10);
            long heldBefore = heldMemory(scene);
            scene.fault("ten times the load", Double.NaN, "%,.0f payments a second".formatted(normal * TIMES));
            scene.load().rate(normal * TIMES);
            int seconds = scene.isShort() ? 8 : 60;
            long meanwhile = highestMemory(scene, seconds / 2);
            long heldMeanwhile = heldMemory(scene);
            meanwhile = Math.max(meanwhile, highestMemory(scene, seconds - seconds / 2));
            scene.load().rate(normal);
            scene.calm();
            scene.goOn(5, 0);
            scene.measure("memory before, MB", before / 1e6);
            scene.measure("memory under overload, MB", meanwhile / 1e6);
            scene.measure("heap in use before, MB", heldBefore / 1e6);
            scene.measure("heap in use under overload, what was decided meanwhile included, MB", heldMeanwhile / 1e6);
            scene.measure("memory, times of before (at most " + MEMORY_TIMES + ")", (double) meanwhile / before);
            scene.measure("payments held back by the client", scene.load().heldBack());
        }

        /** Of all instances together, what is left after a full collection, in bytes. */
        private static long heldMemory(Scene scene) throws IOException, InterruptedException {
            long all = 0;
            for (Instance instance : scene.instances()) {
                all += instance.liveBytes();
            }
            return all;
        }

        /** Of all instances together, the most that was seen, in bytes. */
        private static long highestMemory(Scene scene, int seconds) throws IOException, InterruptedException {
            long highest = 0;
            for (int i = 0; i < seconds; i++) {
                scene.goOn(1, 0);
                long all = 0;
                for (Instance instance : scene.instances()) {
                    all += instance.residentBytes();
                }
                highest = Math.max(highest, all);
            }
            return highest;
        }
    }

    /** Clocks of those who pay. */
    private static final class ClockSkew implements Drill {
        private static final long HOUR_MS = Duration.ofHours(1).toMillis();

        @Override
        public String name() {
            return "clock-skew";
        }

        @Override
        public String summary() {
            return "payments that carry times hours behind, which are taken, and hours ahead, which are refused";
        }

        @Override
        public void run(Scene scene) throws IOException, InterruptedException {
            int seconds = scene.isShort() ? 2 : 8;
            scene.fault("clocks 6 hours behind", UNDISTURBED_SECONDS, "");
            scene.load().clock(nowMs -> nowMs - 6 * HOUR_MS);
            scene.goOn(seconds, 0);
            int rejected = scene.load().rejected().size();
            if (rejected != 0) {
                throw new IOException(rejected + " payments of the past were rejected");
            }
            scene.calm();
            scene.load().clock(nowMs -> nowMs + 3 * HOUR_MS);
            scene.say("clocks 3 hours ahead");
            scene.goOn(seconds, 0);
            scene.load().clock(nowMs -> nowMs);
            awaitRejections(scene, (int) (seconds * scene.load().rate() / 2));
            scene.measure(
                    "payments of the future rejected", scene.load().rejected().size());
            scene.goOn(1, 0); // there was nothing to decide: that is no gap of what comes now
            try (Poison poison = new Poison(scene)) {
                scene.fault("a connector whose clock is 3 hours ahead", UNDISTURBED_SECONDS, "");
                for (int i = 0; i < 50; i++) {
                    poison.appendFromTheFuture(3 * HOUR_MS);
                    scene.goOn(0.05, 0);
                }
            }
        }

        private static void awaitRejections(Scene scene, int expected) throws IOException, InterruptedException {
            long startedNs = System.nanoTime();
            while (scene.load().rejected().size() < expected) {
                if (System.nanoTime() - startedNs > TimeUnit.MINUTES.toNanos(1)) {
                    throw new IOException("payments of the future were not rejected");
                }
                scene.goOn(0.1, 0);
            }
        }
    }
}
