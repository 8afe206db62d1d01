package io.weir.server.score;

import static io.weir.server.score.EngineFixture.NOON_MS;
import static io.weir.server.score.EngineFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.weir.events.Topics;
import io.weir.server.log.Cluster;
import io.weir.server.log.Failure;
import io.weir.server.log.Failure.Course;
import io.weir.server.log.GroupProtocol;
import io.weir.server.log.KafkaEngineLog;
import io.weir.server.log.OutputRecord;
import io.weir.server.log.TransactionalSink;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who comes back after too long a pause goes on; who has been replaced stops. On the real broker. */
class FencingTest {
    private static final TopicPartition WRITTEN = new TopicPartition(Topics.DECISIONS.topicName(), 0);

    private EngineFixture engines;

    @BeforeEach
    void start() throws Exception {
        engines = new EngineFixture();
    }

    @AfterEach
    void stop() {
        engines.close();
    }

    @Test
    void aTransactionThatTimedOutDoesNotStopTheEngineForGood() throws Exception {
        Cluster impatient =
                new Cluster(engines.log.cluster().bootstrapServers(), Map.of("transaction.timeout.ms", "1000"));
        try (KafkaEngineLog zombie = new KafkaEngineLog(impatient, "zombie");
                Admin admin = engines.log.admin()) {
            TransactionalSink sink = zombie.sinks().getFirst();
            sink.init();
            sink.begin();
            sink.send(new OutputRecord(Topics.DECISIONS, 0, null, new byte[] {1}, Map.of()));
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> stableEnd(admin) > 1); // the marker of its end
            Throwable thrown = catchThrowable(sink::commit);
            assertThat(Failure.of(thrown).course()).describedAs("%s", thrown).isEqualTo(Course.REBUILD);
            assertThat(zombie.member().isReplaced()).isFalse();
        }
        engines.ready(engines.scorer("zombie")); // its next life
    }

    @ParameterizedTest
    @EnumSource(names = {"CONSUMER", "CLASSIC"})
    void ofTwoEnginesUnderOneNameOneStopsForGoodAndTheOtherDecides(GroupProtocol protocol) throws Exception {
        engines.groupProtocol(protocol);
        Scorer one = engines.ready(engines.scorer("one"));
        engines.log.append(Topics.TRANSACTIONS, transaction("t1", "a", NOON_MS, 1_000));
        engines.decided(1);
        Scorer other = engines.scorer("one");
        int[] sent = {1};
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
            sent[0]++;
            engines.log.append(Topics.TRANSACTIONS, transaction("t" + sent[0], "a", NOON_MS + sent[0], 1_000));
            return Stream.of(one, other).anyMatch(scorer -> saysItIsTaken(scorer));
        });
        engines.ready(saysItIsTaken(one) ? other : one);
        assertThat(engines.decided(sent[0])).hasSize(sent[0]);
        assertThat(Stream.of(one, other).filter(FencingTest::saysItIsTaken)).hasSize(1);
        engines.chains(sent[0]);
    }

    private static boolean saysItIsTaken(Scorer scorer) {
        String because = scorer.notReadyBecause();
        return because != null
                && because.contains("another process runs under this instance id")
                && because.contains("give each running instance its own --instance-id");
    }

    private static long stableEnd(Admin admin) throws Exception {
        return admin.listOffsets(
                        Map.of(WRITTEN, OffsetSpec.latest()), new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .partitionResult(WRITTEN)
                .get()
                .offset();
    }
}
