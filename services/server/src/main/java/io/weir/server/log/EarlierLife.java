package io.weir.server.log;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an earlier life of an instance, if it was killed, has left behind: the partitions of its engines, which wait for it.
 * Each engine releases its own past when it begins; but an instance has seconds of work before that, and others can decide
 * meanwhile.
 */
public final class EarlierLife {
    private static final Logger log = LoggerFactory.getLogger(EarlierLife.class);
    /** Answers of a group that has no member of a name. */
    private static final Set<Class<? extends Exception>> NO_SUCH_MEMBER =
            Set.of(UnknownMemberIdException.class, GroupIdNotFoundException.class);

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
        try (Admin admin = Admin.create(new HashMap<>(KafkaSettings.admin(cluster)))) {
            release(admin, KafkaSettings.SCORER_GROUP, engines);
        } catch (RuntimeException e) {
            log.debug("the engines will release their past: {}", e.getMessage());
        }
    }

    /**
     * Ends memberships of a group.
     *
     * @return whether it is certain that none of them is a member any more
     */
    static boolean release(Admin admin, String group, Collection<String> engines) {
        Set<MemberToRemove> members = engines.stream().map(MemberToRemove::new).collect(Collectors.toSet());
        try {
            admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions(members))
                    .all()
                    .get();
            log.info("released what an earlier life of {} left behind in {}", engines, group);
            return true;
        } catch (ExecutionException e) {
            log.debug("nothing of {} to release in {}: {}", engines, group, e.getMessage());
            return engines.size() == 1 && NO_SUCH_MEMBER.stream().anyMatch(answer -> answer.isInstance(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
