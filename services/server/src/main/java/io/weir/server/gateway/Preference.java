package io.weir.server.gateway;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Locale;

/**
 * What the caller prefers (RFC 7240): {@code respond-async}, {@code wait=seconds}. Others are ignored, as the RFC asks.
 *
 * @param budgetMs how long to wait for the decision, milliseconds; 0 for not at all
 * @param applied the preference that this follows, or the empty string
 */
record Preference(long budgetMs, String applied) {
    private static final int MAX_DIGITS = 6;

    /**
     * That of a request.
     *
     * @param budgetMs what holds if the caller prefers nothing
     */
    static Preference of(HttpServerRequest request, long budgetMs, GatewaySettings settings) {
        List<String> headers = request.headers().getAll("Prefer");
        Preference preference = new Preference(budgetMs, "");
        for (String header : headers) {
            for (String part : header.split(",", -1)) {
                String name = part.trim().toLowerCase(Locale.ROOT);
                if (name.equals("respond-async") && preference.applied.isEmpty()) {
                    preference = new Preference(0, name);
                } else if (name.startsWith("wait=")) {
                    String seconds = name.substring("wait=".length());
                    if (isNumber(seconds)) {
                        long asked = Long.parseLong(seconds) * 1_000;
                        preference = new Preference(Math.min(asked, settings.maxBudgetMs()), name);
                    }
                }
            }
        }
        return preference;
    }

    /** Tells the caller which preference was followed. */
    void confirm(HttpServerResponse response) {
        if (!applied.isEmpty()) {
            response.putHeader("Preference-Applied", applied);
        }
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= MAX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
