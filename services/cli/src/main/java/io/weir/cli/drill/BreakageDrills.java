package io.weir.cli.drill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Drills on what processes stand on: the network and the disk. */
final class BreakageDrills {
    private BreakageDrills() {}

    static List<Drill> all() {
        return List.of(new PartitionNetwork(), new DiskFull());
    }

    /** Callers reach the instance, and it reaches no broker. */
    private static final class PartitionNetwork implements Drill {
        private static final double TAKEOVER_SECONDS = 10;
        private static final double LONGER_THAN_A_SESSION = 5;

        @Override
        public String name() {
            return "partition-network";
        }

        @Override
        public String summary() {
            return "one of two instances is cut off from the broker past the session timeout, and connected again";
        }

        @Override
        public boolean detours() {
            return true;
        }

        @Override
        public List<Instance.Plan> instances() {
            return List.of(
                    Instance.Plan.complete("one"), Instance.Plan.complete("two").byDetour());
        }

        @Override
        public void run(Scene scene) throws IOException, InterruptedException {
            for (int round = 0; round < (scene.isShort() ? 1 : 3); round++) {
                scene.goOn(0, 1);
                scene.fault("cut off from the brokers", TAKEOVER_SECONDS, "two");
                scene.wires().forEach(Wire::cut);
                scene.goOn(LONGER_THAN_A_SESSION, 4);
                scene.fault("connected again", 3, "two");
                scene.wires().forEach(Wire::mend);
                scene.goOn(4, 2);
                for (Instance instance : scene.instances()) {
                    instance.awaitReady(Duration.ofMinutes(1));
                }
            }
        }
    }

    /** The broker's data lie on a small file system, which fills up. */
    private static final class DiskFull implements Drill {
        private static final int MEGABYTES = 256;
        private static final String FILLER = "filler";

        @Override
        public String name() {
            return "disk-full";
        }

        @Override
        public String summary() {
            return "the broker's file system is full, the broker ends; there is room again, and it is started";
        }

        @Override
        public String obstacle() {
            return "root".equals(System.getProperty("user.name")) && Files.isExecutable(Path.of("/usr/bin/mount"))
                    ? ""
                    : "a small file system can be mounted by root on Linux only";
        }

        @Override
        public void prepare(Path directory) throws IOException, InterruptedException {
            Path broker = directory.resolve("broker");
            Files.createDirectories(broker);
            command("mount", "-t", "tmpfs", "-o", "size=" + MEGABYTES + "m", "weir-drill", broker.toString());
        }

        @Override
        public void cleanUp(Path directory) throws IOException, InterruptedException {
            Path broker = directory.resolve("broker");
            while (Files.exists(broker) && !Files.getFileStore(broker).equals(Files.getFileStore(directory))) {
                command("umount", "--lazy", broker.toString());
            }
        }

        @Override
        public void run(Scene scene) throws IOException, InterruptedException {
            Path filler = scene.directory().resolve("broker").resolve(FILLER);
            scene.fault("no room on the broker's disk", Double.NaN, "");
            fill(filler);
            long startedNs = System.nanoTime();
            while (scene.stack().broker().isAlive()) {
                if (System.nanoTime() - startedNs > TimeUnit.MINUTES.toNanos(1)) {
                    throw new IOException("the broker does not notice that its disk is full");
                }
                Thread.sleep(50);
            }
            scene.goOn(2, 2);
            Files.delete(filler);
            scene.fault("room again, and the broker started", Double.NaN, "");
            scene.stack().broker().start();
            for (Instance instance : scene.instances()) {
                instance.awaitReady(Duration.ofMinutes(1));
            }
            scene.goOn(5, 0);
        }

        /** Leaves half a megabyte. */
        private static void fill(Path filler) throws IOException {
            byte[] megabyte = new byte[1 << 20];
            try (var out = Files.newOutputStream(filler)) {
                while (Files.getFileStore(filler).getUsableSpace() > megabyte.length * 3L / 2) {
                    out.write(megabyte);
                }
            }
        }

        private static void command(String... words) throws IOException, InterruptedException {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", words) + ": " + said.strip());
            }
        }
    }
}
