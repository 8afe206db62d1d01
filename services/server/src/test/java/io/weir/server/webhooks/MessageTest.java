package io.weir.server.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.weir.events.FraudAlertRaised;
import io.weir.server.http.EventJson;
import io.weir.server.log.LogRecord;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MessageTest {
    private static final LogRecord RECORD = new LogRecord("t", 0, 0, 0, null, null, Map.of());

    /** The example that Standard Webhooks and its libraries are tested with. */
    @Test
    void isSignedAsStandardWebhooksSays() {
        Secret secret = Secret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        Message message = new Message("msg_p5jXN8AQM9LWM0D4loKWxJek", Buffer.buffer("{\"test\": 2432232314}"), RECORD);

        assertThat(message.signature(List.of(secret), 1_614_265_330))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void carriesOneSignatureForEachSecretWhileTheyAreExchanged() {
        Secret next = Secret.parse(Alerts.SECRET);
        Secret last = Secret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        Message message = new Message("id", Buffer.buffer("body"), RECORD);

        assertThat(message.signature(List.of(next, last), 7))
                .isEqualTo(message.signature(List.of(next), 7) + " " + message.signature(List.of(last), 7));
    }

    @Test
    void keepsItsIdWhereverTheAlertLiesAndSharesItWithNoOther() {
        FraudAlertRaised alert = Alerts.alert("a", "1", 70, "R1");
        String id = Message.of(alert, RECORD).id();

        assertThat(Message.of(alert, new LogRecord("u", 3, 99, 5, null, null, Map.of()))
                        .id())
                .isEqualTo(id)
                .matches("alert_[0-9a-f]{32}");
        assertThat(Message.of(Alerts.alert("a1", "", 70, "R1"), RECORD).id()).isNotEqualTo(id);
        assertThat(Message.of(Alerts.alert("b", "1", 70, "R1"), RECORD).id()).isNotEqualTo(id);
        assertThat(Message.of(Alerts.alert("a", "2", 70, "R1"), RECORD).id()).isNotEqualTo(id);
    }

    @Test
    void hasTheBodyOfTheReadInterface() {
        FraudAlertRaised alert = Alerts.alert("a", "1", 70, "R1");
        assertThat(new JsonObject(Message.of(alert, RECORD).body())).isEqualTo(EventJson.alert(alert));
    }

    @Test
    void aSecretIsNeverPrinted() {
        assertThat(Secret.parse(Alerts.SECRET).toString()).isEqualTo("whsec_…");
        String tooShort = "whsec_" + Base64.getEncoder().encodeToString(new byte[23]);
        assertThatThrownBy(() -> Secret.parse(tooShort))
                .hasMessage("a secret is whsec_ and the Base64 of 24 to 64 bytes");
        assertThatThrownBy(() -> Secret.parse("hunter2")).hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> Secret.parse("whsec_A")).hasMessageNotContaining("whsec_A");
    }

    @Test
    void aFilterTakesAlertsOfAScoreOrReason() {
        FraudAlertRaised alert = Alerts.alert("a", "1", 70, "R1");
        assertThat(new Endpoint.Filter(70, Set.of()).accepts(alert)).isTrue();
        assertThat(new Endpoint.Filter(70.5, Set.of()).accepts(alert)).isFalse();
        assertThat(new Endpoint.Filter(0, Set.of("R2", "R1")).accepts(alert)).isTrue();
        assertThat(new Endpoint.Filter(0, Set.of("R2")).accepts(alert)).isFalse();
        assertThat(Endpoint.Filter.EVERYTHING.accepts(alert)).isTrue();
    }
}
