package io.weir.server.webhooks;

import java.time.Duration;

/** What came of an attempt. */
sealed interface Answer {

    /** The endpoint has it. */
    record Accepted() implements Answer {}

    /**
     * The endpoint will not have it, now or later.
     *
     * @param why for people
     */
    record Refused(String why) implements Answer {}

    /**
     * Worth another attempt.
     *
     * @param kind for programs: {@code status}, {@code timeout} or {@code connection}
     * @param why for people
     * @param retryAfter how long the endpoint asks to be left alone; zero if it does not say
     */
    record Failed(String kind, String why, Duration retryAfter) implements Answer {}
}
