package io.weir.load;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/** Topics that a bench creates and writes at once. */
public final class NewTopics {
    private static final long PAUSE_MS = 50;
    private static final long MOST_TRIES = 600;

    private NewTopics() {}

    /**
     * Creates a topic; returns when every partition of it answers. The broker takes partitions on one after the other, and an
     * idempotent producer that came earlier than a partition was seen to leave its first record unsent until it expired.
     *
     * @throws IOException when it cannot be created
     */
    public static void create(Admin admin, String topic, int partitions) throws IOException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        try {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty())))
                    .all()
                    .get();
            for (long tries = 1; !answers(admin, ends); tries++) {
                if (tries == MOST_TRIES) {
                    throw new IOException("topic " + topic + " was created, but not all of its partitions answer");
                }
                Thread.sleep(PAUSE_MS);
            }
        } catch (ExecutionException e) {
            throw new IOException("topic " + topic + " cannot be created", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while topic " + topic + " was created", e);
        }
    }

    private static boolean answers(Admin admin, Map<TopicPartition, OffsetSpec> ends)
            throws ExecutionException, InterruptedException {
        try {
            admin.listOffsets(ends).all().get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException) {
                return false;
            }
            throw e;
        }
    }
}
