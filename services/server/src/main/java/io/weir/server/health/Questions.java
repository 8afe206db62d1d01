package io.weir.server.health;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/** The questions of one look at the cluster: a time that is theirs together, and what remained unknown. */
final class Questions {
    /** Every question there is. */
    static final List<String> ALL =
            List.of("cluster", "topics", "configs", "offsets", "groups", "sizes", "transactions");

    private final long beganNs = System.nanoTime();
    private final Duration patience;
    /** By question the first reason: one row for one missing right, however many answers it costs. */
    private final Map<String, String> unknown = new LinkedHashMap<>();

    Questions(Duration patience) {
        this.patience = patience;
    }

    /**
     * The answer, or null if it could not be had.
     *
     * @param right what has to be allowed for it, for example {@code DESCRIBE on the cluster}
     * @param absence failures of this kind mean that what was asked about does not exist
     * @param instead the answer then
     */
    <T> @Nullable T answer(
            String question,
            String right,
            Future<T> asked,
            @Nullable Class<? extends Exception> absence,
            @Nullable T instead) {
        try {
            long leftNs = patience.toNanos() - (System.nanoTime() - beganNs);
            return asked.get(Math.max(0, leftNs), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            unknown.putIfAbsent(question, "interrupted");
        } catch (TimeoutException e) {
            unknown.putIfAbsent(question, "no answer within " + patience.toMillis() / 1000.0 + " s");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (absence != null && absence.isInstance(cause)) {
                return instead;
            }
            unknown.putIfAbsent(question, reason(cause, right));
        }
        return null;
    }

    <T> @Nullable T answer(String question, String right, Future<T> asked) {
        return answer(question, right, asked, null, null);
    }

    List<Unknown> unknown() {
        return unknown.entrySet().stream()
                .map(each -> new Unknown(each.getKey(), each.getValue()))
                .toList();
    }

    private static String reason(Throwable cause, String right) {
        return switch (cause) {
            case AuthorizationException e -> "not allowed: give this user " + right;
            case AuthenticationException e ->
                "the credentials are refused (" + e.getMessage() + "): give them with --kafka-config";
            default -> String.valueOf(cause.getMessage());
        };
    }
}
