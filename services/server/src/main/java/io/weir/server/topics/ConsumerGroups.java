package io.weir.server.topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** The settings that a cluster keeps for consumer groups. */
final class ConsumerGroups {
    private ConsumerGroups() {}

    /**
     * What is to be done.
     *
     * @param sessionTimeout after which an engine without heartbeats loses its partitions
     */
    static GroupPlan plan(Admin admin, Collection<Node> brokers, Duration sessionTimeout, Deadline deadline) {
        if (brokers.isEmpty()) {
            return GroupPlan.none();
        }
        ConfigResource broker = new ConfigResource(
                ConfigResource.Type.BROKER, brokers.iterator().next().idString());
        Map<String, Map<String, String>> found = new HashMap<>();
        List<ConfigResource> resources = new ArrayList<>(
                GroupPlan.GROUPS.stream().map(ConsumerGroups::resource).toList());
        resources.add(broker);
        admin.describeConfigs(resources, new DescribeConfigsOptions().timeoutMs(deadline.leftMs()))
                .values()
                .forEach((resource, answer) -> {
                    Map<String, String> settings = new HashMap<>();
                    if (isUnknown(resource, answer)) {
                        found.put(resource.name(), settings);
                        return;
                    }
                    Config config = deadline.await(answer, "reading the settings of " + resource);
                    config.entries().stream()
                            .filter(entry -> entry.value() != null)
                            .forEach(entry -> settings.put(entry.name(), entry.value()));
                    found.put(resource.name(), settings);
                });
        Map<String, String> brokerSettings = found.remove(broker.name());
        return GroupPlan.compare(sessionTimeout, brokerSettings == null ? Map.of() : brokerSettings, found);
    }

    /** Whether the brokers are too old to keep settings for groups: before 3.8 they take the question for malformed. */
    private static boolean isUnknown(ConfigResource resource, KafkaFuture<Config> answer) {
        if (resource.type() != ConfigResource.Type.GROUP) {
            return false;
        }
        try {
            answer.get();
            return false;
        } catch (ExecutionException e) {
            return e.getCause() instanceof InvalidRequestException
                    || e.getCause() instanceof UnsupportedVersionException;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false; // who awaits the answer is interrupted again
        }
    }

    /** Does it; for nothing to do, nothing. */
    static void alter(Admin admin, GroupPlan plan, Deadline deadline) {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        plan.changes()
                .forEach((group, settings) -> changes.put(
                        resource(group),
                        settings.stream()
                                .map(change -> new AlterConfigOp(
                                        new ConfigEntry(change.name(), change.to()), AlterConfigOp.OpType.SET))
                                .toList()));
        admin.incrementalAlterConfigs(changes, new AlterConfigsOptions().timeoutMs(deadline.leftMs()))
                .values()
                .forEach((group, alteration) ->
                        deadline.await(alteration, "changing the settings of group " + group.name()));
    }

    private static ConfigResource resource(String group) {
        return new ConfigResource(ConfigResource.Type.GROUP, group);
    }
}
