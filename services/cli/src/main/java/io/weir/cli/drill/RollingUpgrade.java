package io.weir.cli.drill;

import io.weir.local.BrokerVersion;
import io.weir.local.LocalBroker;
import io.weir.server.log.KafkaSettings;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.topics.TopicProvisioner;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.SupportedVersionRange;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.errors.InvalidUpdateVersionException;

/** From one version of Kafka to another as docs/OPERATING.md has it: brokers, then features and groups, then Weir's instances. */
final class RollingUpgrade implements Drill {
    private static final int BROKERS = 3;
    private static final double LEADER_LOSS_SECONDS = 5;
    private static final double STOP_SECONDS = 1;
    private static final long ANSWER_MS = 30_000;
    private static final long REGISTERED_WITHIN_NS = TimeUnit.MINUTES.toNanos(1);
    /** The formats of the log of metadata, the protocol of groups, that of transactions; in this order. */
    private static final List<String> FEATURES = List.of("metadata.version", "group.version", "transaction.version");

    private static final String GROUP_FEATURE = "group.version";

    private final BrokerVersion from;
    private final BrokerVersion to;

    RollingUpgrade(BrokerVersion from, BrokerVersion to) {
        if (from.compareTo(to) > 0) {
            throw new IllegalArgumentException("from " + from + " to " + to
                    + " is no upgrade: brokers cannot go back once features are finalised");
        }
        this.from = from;
        this.to = to;
    }

    @Override
    public String name() {
        return "rolling-upgrade";
    }

    @Override
    public String summary() {
        return "three brokers to a newer version, one by one, then the cluster's features, then every instance";
    }

    @Override
    public int brokers() {
        return BROKERS;
    }

    @Override
    public BrokerVersion kafka(BrokerVersion asked) {
        return from;
    }

    @Override
    public void run(Scene scene) throws IOException, InterruptedException {
        for (LocalBroker broker : scene.stack().brokers()) {
            scene.fault("SIGTERM of a broker of " + from, LEADER_LOSS_SECONDS, "broker " + broker.id());
            broker.stop();
            scene.goOn(1, 1);
            scene.fault("start of a broker of " + to, LEADER_LOSS_SECONDS, "broker " + broker.id());
            broker.start(to);
            BrokerDrills.awaitInSync(scene.cluster());
            scene.goOn(1, 1);
        }
        boolean groupsByBrokers;
        try (Admin admin = Admin.create(new HashMap<String, Object>(KafkaSettings.admin(scene.cluster())))) {
            scene.fault("features finalised", STOP_SECONDS, "");
            groupsByBrokers = finalise(admin, scene);
            provision(scene);
            scene.goOn(1, 1);
            BrokerDrills.restartInstances(scene);
            checkGroup(admin, groupsByBrokers ? GroupType.CONSUMER : GroupType.CLASSIC, scene);
        }
    }

    /** To the highest that all brokers support; whether they share out partitions themselves from now on. */
    private static boolean finalise(Admin admin, Scene scene) throws IOException, InterruptedException {
        try {
            Map<String, SupportedVersionRange> supported = admin.describeFeatures()
                    .featureMetadata()
                    .get(ANSWER_MS, TimeUnit.MILLISECONDS)
                    .supportedFeatures();
            for (String feature : FEATURES) {
                SupportedVersionRange range = supported.get(feature);
                if (range != null) {
                    raise(admin, feature, range.maxVersion());
                    scene.say(feature + " is " + range.maxVersion() + " now");
                }
            }
            SupportedVersionRange groups = supported.get(GROUP_FEATURE);
            return groups != null && groups.maxVersion() > 0;
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the cluster's features cannot be finalised: " + e.getMessage(), e);
        }
    }

    /** Controllers tell what they support once the metadata can hold it: after the first feature is raised, a moment later. */
    private static void raise(Admin admin, String feature, short level)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<String, FeatureUpdate> update = Map.of(feature, new FeatureUpdate(level, UpgradeType.UPGRADE));
        long startedNs = System.nanoTime();
        while (true) {
            try {
                admin.updateFeatures(update, new UpdateFeaturesOptions()).all().get(ANSWER_MS, TimeUnit.MILLISECONDS);
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof InvalidUpdateVersionException)
                        || System.nanoTime() - startedNs > REGISTERED_WITHIN_NS) {
                    throw e;
                }
                Thread.sleep(500);
            }
        }
    }

    /** What {@code weir topics --apply} does: newer brokers keep settings for groups. */
    private static void provision(Scene scene) {
        try (RegistryClient registry = new RegistryClient(scene.stack().registryUrl())) {
            new TopicProvisioner(scene.cluster(), Duration.ofSeconds(60)).apply(DrillRun.PARTITIONS, registry);
        }
    }

    /** By default engines take what the cluster offers: by now each has joined anew. */
    private static void checkGroup(Admin admin, GroupType expected, Scene scene)
            throws IOException, InterruptedException {
        try {
            ConsumerGroupDescription group = admin.describeConsumerGroups(List.of(KafkaSettings.SCORER_GROUP))
                    .all()
                    .get(ANSWER_MS, TimeUnit.MILLISECONDS)
                    .values()
                    .iterator()
                    .next();
            scene.say("engines share partitions out by the " + group.type() + " protocol now");
            if (group.type() != expected) {
                throw new IOException("the group of the engines is still " + group.type() + ", not " + expected);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the group of the engines cannot be described: " + e.getMessage(), e);
        }
    }
}
