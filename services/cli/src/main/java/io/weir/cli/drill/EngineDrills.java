package io.weir.cli.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Drills on Weir's own processes. */
final class EngineDrills {
    private static final double TAKEOVER_SECONDS = 10;
    private static final double RESTART_SECONDS = 3;
    /** Of the deciding group, see provisioning: 2 s. */
    private static final double LONGER_THAN_A_SESSION = 4;

    private EngineDrills() {}

    static List<Drill> all() {
        return List.of(new KillEngine(), new PauseEngine(), new KillGateway());
    }

    /** {@code kill -9} in the middle of transactions. */
    private static final class KillEngine implements Drill {
        @Override
        public String name() {
            return "kill-engine";
        }

        @Override
        public String summary() {
            return "kill -9 of one of two instances, again and again; started again at once, or after a while";
        }

        @Override
        public void run(Scene scene) throws IOException, InterruptedException {
            for (int round = 0; round < (scene.isShort() ? 1 : 3); round++) {
                Instance victim = scene.any(scene.engines());
                scene.goOn(1, 2);
                scene.fault("kill -9, started again at once", RESTART_SECONDS, victim.name());
                victim.kill();
                scene.startAgain(victim);
                scene.goOn(2, 2);
            }
            for (int round = 0; round < (scene.isShort() ? 1 : 2); round++) {
                Instance victim = scene.any(scene.engines());
                scene.fault("kill -9, not started again", TAKEOVER_SECONDS, victim.name());
                victim.kill();
                scene.goOn(scene.isShort() ? LONGER_THAN_A_SESSION : TAKEOVER_SECONDS, 2);
                scene.calm();
                victim.start();
                if (!scene.isShort()) {
                    victim.awaitReady(Duration.ofMinutes(2));
                    scene.goOn(1, 2);
                }
            }
        }
    }

    /** Longer than the session timeout: its partitions are others' when it goes on. */
    private static final class PauseEngine implements Drill {
        @Override
        public String name() {
            return "pause-engine";
        }

        @Override
        public String summary() {
            return "SIGSTOP of one of two instances past the session timeout, then SIGCONT: the zombie is fenced";
        }

        @Override
        public void run(Scene scene) throws IOException, InterruptedException {
            for (int round = 0; round < (scene.isShort() ? 1 : 3); round++) {
                Instance victim = scene.any(scene.engines());
                scene.goOn(0, 1);
                scene.fault("SIGSTOP past the session timeout", TAKEOVER_SECONDS, victim.name());
                victim.pause();
                scene.goOn(LONGER_THAN_A_SESSION, 4);
                scene.fault("SIGCONT of the zombie", RESTART_SECONDS, victim.name());
                victim.resume();
                scene.goOn(4, 2);
                victim.awaitReady(Duration.ofMinutes(1));
            }
        }
    }

    /** Callers find the other gateway. */
    private static final class KillGateway implements Drill {
        @Override
        public String name() {
            return "kill-gateway";
        }

        @Override
        public String summary() {
            return "kill -9 of one of two gateways, again and again; the engine is a process of its own";
        }

        @Override
        public List<Instance.Plan> instances() {
            return List.of(
                    Instance.Plan.gateway("gateway-one"),
                    Instance.Plan.gateway("gateway-two"),
                    Instance.Plan.engine("engine"));
        }

        @Override
        public void run(Scene scene) throws IOException, InterruptedException {
            List<Instance> gateways = scene.instances().stream()
                    .filter(instance -> instance.plan().takesPayments())
                    .toList();
            int rounds = scene.isShort() ? 1 : 4;
            for (int round = 0; round < rounds; round++) {
                Instance victim = scene.any(gateways);
                scene.goOn(1, 2);
                scene.fault("kill -9 of a gateway", 1, victim.name());
                victim.kill();
                scene.goOn(0, 2);
                scene.startAgain(victim);
            }
        }
    }
}
