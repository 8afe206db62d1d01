package io.weir.server.webhooks;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A key that an endpoint knows as well, in the form of Standard Webhooks: {@code whsec_} and Base64. Never printed. */
final class Secret {
    private static final String PREFIX = "whsec_";
    private static final Pattern FORM = Pattern.compile(PREFIX + "[A-Za-z0-9+/]+={0,2}");
    private static final int MIN_BYTES = 24;
    private static final int MAX_BYTES = 64;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    private Secret(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /**
     * The secret that {@code text} is.
     *
     * @throws IllegalArgumentException when it is none; the message does not contain it
     */
    static Secret parse(String text) {
        byte[] key;
        try {
            key = FORM.matcher(text).matches()
                    ? Base64.getDecoder().decode(text.substring(PREFIX.length()))
                    : new byte[0];
        } catch (IllegalArgumentException e) {
            key = new byte[0];
        }
        if (key.length < MIN_BYTES || key.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a secret is whsec_ and the Base64 of " + MIN_BYTES + " to " + MAX_BYTES + " bytes");
        }
        return new Secret(key);
    }

    /** HMAC-SHA256, in Base64. */
    String sign(byte[] content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return Base64.getEncoder().encodeToString(mac.doFinal(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is part of every JDK", e);
        }
    }

    @Override
    public String toString() {
        return PREFIX + "…";
    }
}
