package io.weir.server.webhooks;

import io.vertx.core.buffer.Buffer;
import io.weir.events.FraudAlertRaised;
import io.weir.events.Sha256;
import io.weir.server.http.EventJson;
import io.weir.server.log.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An alert as it is posted.
 *
 * @param id the same whenever, from wherever and however often the alert is posted: what the receiver knows it again by
 * @param body JSON
 * @param alert where it lies on the log
 */
record Message(String id, Buffer body, LogRecord alert) {
    private static final int ID_LENGTH = 32;

    static Message of(FraudAlertRaised alert, LogRecord record) {
        return new Message(idOf(alert), EventJson.alert(alert).toBuffer(), record);
    }

    /** By account and transaction, of which there is at most one alert; not by offset, which begins anew with a new log. */
    private static String idOf(FraudAlertRaised alert) {
        String identity = alert.accountId().length() + ":" + alert.accountId() + alert.transactionId();
        String hash = Sha256.of(identity.getBytes(StandardCharsets.UTF_8)).hex();
        return "alert_" + hash.substring(0, ID_LENGTH);
    }

    /** The header {@code webhook-signature} by Standard Webhooks: one signature for each secret. */
    String signature(List<Secret> secrets, long timestampSeconds) {
        byte[] content = Buffer.buffer(id + "." + timestampSeconds + ".")
                .appendBuffer(body)
                .getBytes();
        return secrets.stream().map(secret -> "v1," + secret.sign(content)).collect(Collectors.joining(" "));
    }
}
