package io.weir.server.webhooks;

import io.weir.events.Decision;
import io.weir.events.FraudAlertRaised;
import io.weir.events.Reason;
import io.weir.events.Sha256;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Alerts and endpoints with as little as a test has to say. */
final class Alerts {
    static final String SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final Sha256 POLICY = Sha256.of("policy".getBytes(StandardCharsets.UTF_8));

    private Alerts() {}

    static FraudAlertRaised alert(String accountId, String transactionId, double score, String reason) {
        return new FraudAlertRaised(
                transactionId,
                accountId,
                1_000,
                1_005,
                1_250,
                "EUR",
                null,
                null,
                Decision.REVIEW,
                score,
                List.of(new Reason(reason, "because", score)),
                List.of(),
                "card",
                POLICY,
                0,
                7);
    }

    /** One that tries again soon, and whose circuit breaker stays out of the way. */
    static Endpoint endpoint(String id, String url) {
        return endpoint(id, url, Duration.ofSeconds(30));
    }

    static Endpoint endpoint(String id, String url, Duration timeout) {
        return new Endpoint(
                id,
                URI.create(url),
                List.of(Secret.parse(SECRET)),
                Endpoint.Filter.EVERYTHING,
                timeout,
                4,
                false,
                new Endpoint.Retries(Duration.ofMillis(20), Duration.ofSeconds(2), 1_000, Duration.ofDays(1)),
                new Endpoint.Breaker(100, 1_000, Duration.ofSeconds(1), Duration.ofSeconds(1)));
    }

    static Endpoint with(Endpoint endpoint, Endpoint.Retries retries, Endpoint.Breaker breaker) {
        return new Endpoint(
                endpoint.id(),
                endpoint.url(),
                endpoint.secrets(),
                endpoint.wanted(),
                endpoint.timeout(),
                endpoint.inFlight(),
                endpoint.fromBeginning(),
                retries,
                breaker);
    }
}
