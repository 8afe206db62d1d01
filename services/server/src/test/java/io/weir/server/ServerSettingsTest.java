package io.weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.server.gateway.GatewaySettings;
import io.weir.server.guard.BreakerSettings;
import io.weir.server.health.HealthSettings;
import io.weir.server.http.HttpSettings;
import io.weir.server.log.Cluster;
import io.weir.server.score.DeadLetterBreakerSettings;
import io.weir.server.views.ViewsConfig;
import io.weir.server.webhooks.Endpoint;
import io.weir.server.webhooks.WebhooksFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerSettingsTest {
    @TempDir
    private Path directory;

    private List<Endpoint> endpoints;

    @BeforeEach
    void endpoints() throws Exception {
        endpoints = WebhooksFile.read(Files.writeString(directory.resolve("webhooks.yaml"), """
                endpoints:
                  - id: cases
                    url: https://cases.example.com/
                    secret: whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
                """));
    }

    @Test
    void theRoleWebhooksNeedsSomebodyToTell() {
        assertThat(settings(Set.of(Role.WEBHOOKS), endpoints).webhooks()).hasSize(1);
        assertThatThrownBy(() -> settings(Set.of(Role.WEBHOOKS, Role.VIEWS), List.of()))
                .hasMessage("the role webhooks has nobody to tell: give --webhooks FILE as well");
    }

    @Test
    void allRolesPushAlertsWhereThereAreEndpointsOnly() {
        assertThat(settings(Set.of(Role.ALL), endpoints).webhooks()).hasSize(1);
        assertThat(settings(Set.of(Role.ALL), List.of()).webhooks()).isEmpty();
    }

    @Test
    void endpointsThatNobodyWouldTellAreRefused() {
        assertThatThrownBy(() -> settings(Set.of(Role.GATEWAY, Role.SCORER), endpoints))
                .hasMessageContaining("add the role webhooks, or leave it out");
    }

    @Test
    void anInstanceThatOnlyPushesAlertsKeepsNoViews() {
        assertThat(Role.keepsViews(Set.of(Role.WEBHOOKS, Role.SCORER))).isFalse();
        assertThat(Role.keepsViews(Set.of(Role.WEBHOOKS, Role.GATEWAY))).isTrue();
    }

    private static ServerSettings settings(Set<Role> roles, List<Endpoint> webhooks) {
        return new ServerSettings(
                Cluster.at("127.0.0.1:1"),
                "http://127.0.0.1:1",
                roles,
                "test",
                1,
                null,
                false,
                Duration.ofSeconds(60),
                false,
                Duration.ofSeconds(30),
                HttpSettings.at("127.0.0.1", 0),
                GatewaySettings.defaults(),
                ViewsConfig.defaults(),
                BreakerSettings.defaults(),
                DeadLetterBreakerSettings.defaults(),
                HealthSettings.defaults(),
                webhooks);
    }
}
