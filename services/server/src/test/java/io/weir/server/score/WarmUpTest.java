package io.weir.server.score;

import static io.weir.server.score.EngineFixture.NOON_MS;
import static io.weir.server.score.EngineFixture.OF_HISTORY;
import static io.weir.server.score.EngineFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Outcome;
import io.weir.core.decide.Selections;
import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.Topics;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionLabelled;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A policy that looks at history that no state has kept, on the real broker. */
class WarmUpTest {
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private EngineFixture engines;
    private int submitted;

    @BeforeEach
    void start() throws Exception {
        engines = new EngineFixture();
    }

    @AfterEach
    void stop() {
        engines.close();
    }

    /** Each account has a terminal of its own, so that every value follows from the account's partition. */
    private void submit(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            String account = "a" + submitted % 7;
            engines.log.append(
                    Topics.TRANSACTIONS,
                    transaction("t" + submitted, account, "s" + account, NOON_MS + submitted, 100 * (submitted % 11)));
            if (submitted % 3 == 0) {
                engines.log.append(
                        Topics.TRANSACTIONS,
                        new TransactionLabelled(
                                "t" + submitted, account, NOON_MS, NOON_MS, submitted % 2 == 0, "test"));
            }
            submitted++;
        }
    }

    private Warmth.State warmth(Scorer scorer) {
        Warmth warmth = scorer.warmth(EngineFixture.sha256(OF_HISTORY));
        return warmth == null ? Warmth.State.COLD : warmth.state();
    }

    private void awaitWarm(Scorer scorer) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> warmth(scorer) == Warmth.State.WARM);
    }

    /** Submits until the new policy has decided something. */
    private void submitUntilItDecides() throws Exception {
        TransactionDecided last;
        do {
            submit(1);
            String id = "t" + (submitted - 1);
            last = engines.decided(submitted).stream()
                    .filter(decided -> decided.transactionId().equals(id))
                    .findFirst()
                    .orElseThrow();
        } while (!last.policySha256().equals(EngineFixture.sha256(OF_HISTORY)));
    }

    /** Every decision of the policy is what a state decides that kept everything from the first event on. */
    private long requireDecisionsOfOneThatHadItFromTheStart() {
        Policy policy = EngineFixture.policy(OF_HISTORY);
        DecisionStateMachine machine = new DecisionStateMachine(Selections.of(List.of(policy)));
        machine.activate(policy);
        Map<String, TransactionDecided> expected = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record :
                engines.log.read(Topics.TRANSACTIONS, all -> all.size() >= submitted + (submitted + 2) / 3)) {
            Event event = engines.log.event(record);
            if (machine.decide(event, record.partition(), record.offset()) instanceof Outcome.Decided decided) {
                expected.put(decided.decision().transactionId(), decided.decision());
            }
        }
        List<TransactionDecided> byIt = engines.decided(submitted).stream()
                .filter(decided -> decided.policySha256().equals(policy.sha256()))
                .toList();
        assertThat(byIt).allSatisfy(decided -> {
            TransactionDecided alone = expected.get(decided.transactionId());
            assertThat(decided.featureValues()).as(decided.transactionId()).isEqualTo(alone.featureValues());
            assertThat(decided.decision()).isEqualTo(alone.decision());
        });
        return byIt.size();
    }

    @Test
    void aPolicyIsWarmedWhileTheOneBeforeItDecidesAndDecidesAsIfItHadBeenThereFromTheStart() throws Exception {
        Scorer scorer = engines.ready(engines.scorer("one", Duration.ofMillis(50), metrics));
        submit(400);
        engines.decided(400);
        engines.publish(OF_HISTORY);
        submit(50);
        awaitWarm(scorer);
        assertThat(metrics.get("weir.engine.warmup.records").gauge().value()).isGreaterThan(500);
        assertThat(metrics.get("weir.engine.warming").gauge().value()).isZero();
        submit(20);
        assertThat(engines.decided(submitted))
                .noneMatch(decided -> decided.policySha256().equals(EngineFixture.sha256(OF_HISTORY)));
        engines.activate(OF_HISTORY);
        submitUntilItDecides();
        submit(50);

        assertThat(requireDecisionsOfOneThatHadItFromTheStart()).isGreaterThan(50);

        scorer.close();
        engines.ready(engines.scorer("one"));
        submit(20);
        assertThat(requireDecisionsOfOneThatHadItFromTheStart()).isGreaterThan(70);
        engines.chains(submitted);
    }

    @Test
    void aPolicyThatIsActivatedBeforeItsHistoryIsThereDecidesNothingUntilItIs() throws Exception {
        Scorer scorer = engines.ready(engines.scorer("one"));
        submit(300);
        engines.decided(300);
        engines.publish(OF_HISTORY);
        engines.activate(OF_HISTORY);
        submitUntilItDecides();
        submit(30);

        assertThat(requireDecisionsOfOneThatHadItFromTheStart()).isGreaterThan(30);
        assertThat(warmth(scorer)).isEqualTo(Warmth.State.WARM);
    }
}
