package io.weir.cli.drill;

import io.weir.events.Topics;
import io.weir.local.LocalBroker;
import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;

/** Drills on brokers, of which there are three. */
final class BrokerDrills {
    private static final int BROKERS = 3;
    private static final double LEADER_LOSS_SECONDS = 5;
    private static final double STOP_SECONDS = 1;
    /** What one that was killed may take when it is started again at once: a start is part of that. */
    private static final double START_SECONDS = 3;

    private static final long ANSWER_MS = 10_000;
    private static final double WARM_SECONDS = 15;

    private static final long IN_SYNC_WITHIN_NS = TimeUnit.MINUTES.toNanos(2);

    private BrokerDrills() {}

    static List<Drill> all() {
        return List.of(new KillBroker(), new RestartAll());
    }

    /** The leader of a partition. */
    private static final class KillBroker implements Drill {
        @Override
        public String name() {
            return "kill-broker";
        }

        @Override
        public String summary() {
            return "kill -9 of a partition's leader, one of three brokers, again and again";
        }

        @Override
        public int brokers() {
            return BROKERS;
        }

        @Override
        public void run(Scene scene) throws IOException, InterruptedException {
            int rounds = scene.isShort() ? 1 : 3;
            for (int round = 0; round < rounds; round++) {
                scene.goOn(0, 2);
                int partition =
                        scene.random().nextInt(partitions(scene.cluster()).size());
                int leader = partitions(scene.cluster()).get(partition).leader().id();
                LocalBroker victim = scene.broker(leader);
                scene.fault(
                        "kill -9 of a leader",
                        LEADER_LOSS_SECONDS,
                        "broker " + leader + ", which leads partition " + partition);
                victim.kill();
                scene.goOn(LEADER_LOSS_SECONDS + 2, 4);
                scene.calm();
                victim.start();
                awaitInSync(scene.cluster());
            }
        }
    }

    /** Every process in turn, in order. */
    private static final class RestartAll implements Drill {
        @Override
        public String name() {
            return "restart-all";
        }

        @Override
        public String summary() {
            return "SIGTERM and restart of every broker and every instance, one after the other, as an upgrade does";
        }

        @Override
        public int brokers() {
            return BROKERS;
        }

        @Override
        public void run(Scene scene) throws IOException, InterruptedException {
            warmUp(scene);
            restartInstances(scene);
            for (LocalBroker broker : scene.stack().brokers()) {
                scene.fault("SIGTERM of a broker", LEADER_LOSS_SECONDS, "broker " + broker.id());
                broker.stop();
                scene.goOn(1, 1);
                scene.fault("start of a broker", LEADER_LOSS_SECONDS, "broker " + broker.id());
                broker.start();
                awaitInSync(scene.cluster());
                scene.goOn(1, 1);
            }
        }
    }

    /** SIGTERM and start of every instance, one after the other. */
    static void restartInstances(Scene scene) throws IOException, InterruptedException {
        for (Instance instance : scene.instances()) {
            scene.fault("SIGTERM of an instance", STOP_SECONDS, instance.name());
            instance.stop();
            scene.goOn(1, 1);
            scene.fault("start of an instance", START_SECONDS, instance.name());
            scene.startAgain(instance);
            scene.goOn(2, 1);
            scene.calm();
            warmUp(scene);
        }
    }

    /** Who takes over next is not to have begun a moment ago: in service there are minutes between two, as the procedure says. */
    private static void warmUp(Scene scene) throws InterruptedException {
        if (!scene.isShort()) {
            scene.goOn(WARM_SECONDS, 2);
        }
    }

    private static List<TopicPartitionInfo> partitions(Cluster cluster) throws IOException, InterruptedException {
        return describe(cluster, List.of(Topics.DECISIONS.topicName()))
                .iterator()
                .next()
                .partitions();
    }

    /** Only then may the next broker go. */
    static void awaitInSync(Cluster cluster) throws IOException, InterruptedException {
        List<String> topics =
                List.of(Topics.values()).stream().map(Topics::topicName).toList();
        long startedNs = System.nanoTime();
        while (!describe(cluster, topics).stream()
                .flatMap(topic -> topic.partitions().stream())
                .allMatch(partition -> partition.isr().size() == BROKERS)) {
            if (System.nanoTime() - startedNs > IN_SYNC_WITHIN_NS) {
                throw new IOException("copies do not come in sync again");
            }
            Thread.sleep(200);
        }
    }

    private static Collection<TopicDescription> describe(Cluster cluster, List<String> topics)
            throws IOException, InterruptedException {
        try (Admin admin = Admin.create(new HashMap<String, Object>(KafkaSettings.admin(cluster)))) {
            return admin.describeTopics(topics)
                    .allTopicNames()
                    .get(ANSWER_MS, TimeUnit.MILLISECONDS)
                    .values();
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the brokers do not describe their topics", e);
        }
    }
}
