package io.weir.local;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Who may log in to a broker, by SASL/PLAIN. {@value #ADMIN} may do everything, any other user what access control lists
 * allow, nothing at first. For tests and trials: the password of each is its name, and nothing is encrypted.
 */
public record Logins(List<String> users) {
    public Logins {
        users = List.copyOf(users);
    }

    /** Who may do everything; the broker itself, too. */
    public static final String ADMIN = "admin";

    private static final String MODULE = "org.apache.kafka.common.security.plain.PlainLoginModule required";

    /** What the broker needs for it, in place of what it has without. */
    Map<String, String> brokerSettings() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("listener.security.protocol.map", "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("sasl.enabled.mechanisms", "PLAIN");
        settings.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
        String known = users.stream()
                .map(user -> " user_" + user + "=\"" + user + "\"")
                .collect(Collectors.joining());
        settings.put(
                "listener.name.plaintext.plain.sasl.jaas.config",
                MODULE + credentials(ADMIN) + " user_" + ADMIN + "=\"" + ADMIN + "\"" + known + ";");
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        // The controller's listener asks nobody; only the broker itself knows of it.
        settings.put("super.users", "User:" + ADMIN + ";User:ANONYMOUS");
        return settings;
    }

    /** The security settings of a client that logs in as this user. */
    public static Map<String, String> clientSettings(String user) {
        return Map.of(
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                MODULE + credentials(user) + ";");
    }

    private static String credentials(String user) {
        return " username=\"" + user + "\" password=\"" + user + "\"";
    }
}
