package io.weir.cli;

import io.weir.server.log.Cluster;
import io.weir.server.log.KafkaSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** How many transactions are on the log and not yet decided, as the broker tells. */
public final class GroupLag implements AutoCloseable {
    private static final long TIMEOUT_MS = 2_000;

    private final Admin admin;

    public GroupLag(Cluster cluster) {
        admin = Admin.create(new HashMap<String, Object>(KafkaSettings.admin(cluster)));
    }

    /** Records between the committed and the last offsets; -1 if the broker does not say within 2 s. */
    public long records() {
        try {
            var committed = admin.listConsumerGroupOffsets(KafkaSettings.SCORER_GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            committed.keySet().forEach(partition -> latest.put(partition, OffsetSpec.latest()));
            var ends = admin.listOffsets(latest).all().get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
            long lag = 0;
            for (var position : committed.entrySet()) {
                var end = ends.get(position.getKey());
                if (end != null) {
                    lag += end.offset() - position.getValue().offset();
                }
            }
            return lag;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        } catch (ExecutionException | TimeoutException e) {
            return -1;
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
