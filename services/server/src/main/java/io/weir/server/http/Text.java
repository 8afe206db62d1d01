package io.weir.server.http;

/** What callers sent, made fit for an answer or a log line. */
public final class Text {
    private static final int MAX_SHOWN = 64;

    private Text() {}

    /** The text in quotes, at most 64 characters of it, what cannot be printed replaced by {@code ?}. */
    public static String shown(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), MAX_SHOWN) + 5).append('"');
        for (int i = 0; i < text.length() && i < MAX_SHOWN; i++) {
            char c = text.charAt(i);
            shown.append(Character.isISOControl(c) || Character.isSurrogate(c) || c == '"' ? '?' : c);
        }
        return shown.append(text.length() > MAX_SHOWN ? "…\"" : "\"").toString();
    }
}
