package io.weir.server.log;

import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an earlier life of an instance, if it was killed, has left behind: the partitions of its engines, which wait for it.
 * Each engine releases its own past when it begins; but an instance has seconds of work before that, and others can decide
 * meanwhile.
 */
public final class EarlierLife {
    private static final Logger log = LoggerFactory.getLogger(EarlierLife.class);

    private EarlierLife() {}

    /**
     * Begins to end the memberships of an instance's engines; returns at once. To be called before they join.
     *
     * @param engines the names under which they are members of the deciding group
     */
    public static void release(Cluster cluster, List<String> engines) {
        Thread.ofPlatform().daemon().name("release-earlier-life").start(() -> releaseNow(cluster, engines));
    }

    private static void releaseNow(Cluster cluster, List<String> engines) {
        Set<MemberToRemove> members = engines.stream().map(MemberToRemove::new).collect(Collectors.toSet());
        try (Admin admin = Admin.create(new HashMap<>(KafkaSettings.admin(cluster)))) {
            admin.removeMembersFromConsumerGroup(
                            KafkaSettings.SCORER_GROUP, new RemoveMembersFromConsumerGroupOptions(members))
                    .all()
                    .get();
            log.info("released what an earlier life left behind: {}", engines);
        } catch (ExecutionException e) {
            log.debug("nothing to release: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.debug("the engines will release their past: {}", e.getMessage());
        }
    }
}
