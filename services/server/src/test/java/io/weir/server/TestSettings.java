package io.weir.server;

import io.weir.local.LocalStack;
import io.weir.server.gateway.GatewaySettings;
import io.weir.server.guard.BreakerSettings;
import io.weir.server.health.HealthSettings;
import io.weir.server.http.HttpSettings;
import io.weir.server.log.Cluster;
import io.weir.server.score.DeadLetterBreakerSettings;
import io.weir.server.views.ViewsConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Instances on the real broker, on a free port of 127.0.0.1, without snapshots; all else as by default. */
final class TestSettings {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private TestSettings() {}

    static ServerSettings of(LocalStack stack, Role role, String instanceId, int engines, @Nullable Path policy) {
        return new ServerSettings(
                Cluster.at(stack.bootstrapServers()),
                stack.registryUrl(),
                Set.of(role),
                instanceId,
                engines,
                policy,
                false,
                Duration.ZERO,
                false,
                PATIENCE,
                HttpSettings.at("127.0.0.1", 0),
                GatewaySettings.defaults(),
                ViewsConfig.defaults(),
                BreakerSettings.defaults(),
                DeadLetterBreakerSettings.defaults(),
                HealthSettings.defaults(),
                List.of());
    }
}
