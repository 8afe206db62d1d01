package io.weir.server;

import io.weir.server.gateway.GatewaySettings;
import io.weir.server.guard.BreakerSettings;
import io.weir.server.health.HealthSettings;
import io.weir.server.http.HttpSettings;
import io.weir.server.log.Cluster;
import io.weir.server.score.DeadLetterBreakerSettings;
import io.weir.server.views.ViewsConfig;
import io.weir.server.webhooks.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a server is started with.
 *
 * @param cluster the Kafka cluster
 * @param registryUrl the schema registry's base URL
 * @param roles what this instance does
 * @param instanceId its name: unique among running instances, the same after a restart
 * @param engines deciding engines in this instance, at least 1
 * @param policyFile policy to activate at start, or null: then the built-in one is, unless another is active already
 * @param twoPersonActivation whether it takes another person to activate a policy than the one who asks for it
 * @param snapshotInterval from the beginning of a sweep of snapshots to that of the next; zero for none
 * @param ignoreSnapshots to rebuild the state from the whole log at start
 * @param patience how long to wait at start for a registry that does not answer
 * @param http where to listen
 * @param gateway bounds of the gateway
 * @param views bounds of the views
 * @param ruleBreaker when a rule is put in shadow by itself
 * @param deadLetterBreaker when a partition is paused because of its dead letters
 * @param health how the cluster is watched
 * @param webhooks whom to push alerts to; the role {@code webhooks} needs one at least
 */
public record ServerSettings(
        Cluster cluster,
        String registryUrl,
        Set<Role> roles,
        String instanceId,
        int engines,
        @Nullable Path policyFile,
        boolean twoPersonActivation,
        Duration snapshotInterval,
        boolean ignoreSnapshots,
        Duration patience,
        HttpSettings http,
        GatewaySettings gateway,
        ViewsConfig views,
        BreakerSettings ruleBreaker,
        DeadLetterBreakerSettings deadLetterBreaker,
        HealthSettings health,
        List<Endpoint> webhooks) {
    public ServerSettings {
        roles = Set.copyOf(roles);
        if (roles.isEmpty() || engines < 1) {
            throw new IllegalArgumentException("an instance has at least one role and one engine");
        }
        webhooks = List.copyOf(webhooks);
        if (roles.contains(Role.WEBHOOKS) && webhooks.isEmpty()) {
            throw new IllegalArgumentException("the role webhooks has nobody to tell: give --webhooks FILE as well");
        }
        if (!webhooks.isEmpty() && !Role.pushes(roles)) {
            throw new IllegalArgumentException(
                    "--webhooks is of no use to these roles: add the role webhooks, or leave it out");
        }
    }
}
