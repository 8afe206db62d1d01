package io.weir.server.health;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/** What partitions take on disk, by the brokers that were asked. */
record Sizes(Map<Integer, KafkaFuture<Map<String, LogDirDescription>>> asked) {

    static Sizes ask(Admin admin, List<Integer> brokers) {
        return new Sizes(admin.describeLogDirs(brokers).descriptions());
    }

    /** By partition, the bytes on its leader; without those that could not be had. */
    Map<TopicPartition, Long> answer(Questions questions, Map<TopicPartition, TopicPartitionInfo> infos) {
        Map<TopicPartition, Long> bytes = new HashMap<>();
        asked.forEach((broker, answer) -> {
            Map<String, LogDirDescription> directories = questions.answer("sizes", "DESCRIBE on the cluster", answer);
            if (directories != null) {
                directories
                        .values()
                        .forEach(directory -> directory.replicaInfos().forEach((partition, replica) -> {
                            TopicPartitionInfo info = infos.get(partition);
                            if (info != null && ClusterProbe.leader(info) == broker && !replica.isFuture()) {
                                bytes.put(partition, replica.size());
                            }
                        }));
            }
        });
        return bytes;
    }
}
