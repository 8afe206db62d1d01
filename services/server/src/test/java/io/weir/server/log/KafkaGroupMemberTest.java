package io.weir.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KafkaGroupMemberTest {
    private static final int RECORDS = 10;
    private static final int AT_A_TIME = 4;

    private TestLog log;
    private Admin admin;

    @BeforeEach
    void start() throws Exception {
        log = TestLog.empty(2);
        admin = log.admin();
    }

    @AfterEach
    void stop() {
        admin.close();
        log.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"CONSUMER", "CLASSIC"})
    void theLagIsWhatWasNotPolledYet(GroupProtocol protocol) throws Exception {
        for (int i = 0; i < RECORDS; i++) {
            log.appendRaw(Topics.TRANSACTIONS, 1, "account", new byte[] {1});
        }
        Cluster cluster = new Cluster(
                log.cluster().bootstrapServers(), Map.of("max.poll.records", String.valueOf(AT_A_TIME)), protocol);
        String name = "lag-" + protocol + "-" + System.nanoTime();
        try (KafkaGroupMember member = new KafkaGroupMember(cluster, name, name, admin)) {
            Partitions partitions = new Partitions();
            member.join(partitions);
            List<Long> lags = new ArrayList<>();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                boolean some = !member.poll(Duration.ofMillis(50)).isEmpty();
                if (some) {
                    lags.add(member.lag(1));
                }
                return lags.size() == 3;
            });
            assertThat(lags).containsExactly(6L, 2L, 0L);
            assertThat(partitions.assigned).containsExactlyInAnyOrder(0, 1);
            assertThat(member.lag(0)).as("nothing was ever there").isZero();
        }
    }

    private static final class Partitions implements GroupMember.Rebalances {
        private final List<Integer> assigned = new ArrayList<>();

        @Override
        public void arrived(Collection<Integer> partitions) {
            assigned.addAll(partitions);
        }

        @Override
        public void left(Collection<Integer> partitions) {
            assigned.removeAll(partitions);
        }
    }
}
