package io.weir.server.topics;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The end of our patience with a cluster. Kafka's admin client connects and asks again by itself until the time that it
 * is given is over; this gives it that time and turns what comes out into words for an operator.
 */
final class Deadline {
    private static final int LEAST_MS = 1_000;

    private final String bootstrapServers;
    private final Duration patience;
    private final long start = System.nanoTime();

    Deadline(String bootstrapServers, Duration patience) {
        this.bootstrapServers = bootstrapServers;
        this.patience = patience;
    }

    /** What is left for a request, in milliseconds; never so little that it could not succeed. */
    int leftMs() {
        long left = patience.toMillis() - (System.nanoTime() - start) / 1_000_000;
        return Math.toIntExact(Math.max(LEAST_MS, left));
    }

    /**
     * The answer to a request that was given {@link #leftMs()}.
     *
     * @throws UnknownTopicOrPartitionException as the broker answered
     * @throws TopicExistsException as the broker answered
     * @throws ProvisioningException when there is no answer, or another failure
     */
    <T> T await(KafkaFuture<T> answer, String doing) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProvisioningException("interrupted while " + doing, e);
        } catch (ExecutionException e) {
            throw explained(e.getCause() == null ? e : e.getCause(), doing);
        }
    }

    /** Waits, or gives up if the time is over. */
    void pause(Duration time, String doing) {
        if (System.nanoTime() - start + time.toNanos() > patience.toNanos()) {
            throw new ProvisioningException(
                    "gave up after " + seconds() + " s " + doing + " on " + bootstrapServers + "; try again");
        }
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProvisioningException("interrupted while " + doing, e);
        }
    }

    private RuntimeException explained(Throwable failure, String doing) {
        return switch (failure) {
            case UnknownTopicOrPartitionException e -> e;
            case TopicExistsException e -> e;
            case AuthenticationException e ->
                new ProvisioningException(
                        "Kafka at " + bootstrapServers + " refused the credentials while " + doing + " ("
                                + e.getMessage() + "); give them with --kafka-config",
                        e);
            case AuthorizationException e ->
                new ProvisioningException(
                        "Kafka at " + bootstrapServers + " does not allow " + doing + " (" + e.getMessage()
                                + "); give this user the right to describe, create and configure topics",
                        e);
            case RetriableException e ->
                new ProvisioningException(
                        "no answer from Kafka at " + bootstrapServers + " within " + seconds() + " s while " + doing
                                + " (" + e.getMessage() + "); start it, or name another with --bootstrap-servers",
                        e);
            default ->
                new ProvisioningException(
                        doing + " at " + bootstrapServers + " failed: " + failure.getMessage(), failure);
        };
    }

    private double seconds() {
        return patience.toMillis() / 1000.0;
    }
}
