package io.weir.load.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.load.CommittedOutput;
import io.weir.local.LocalStack;
import io.weir.server.log.Cluster;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Members join and leave while there is work: nothing is lost, and exactly once nothing is there twice. */
class PatternsTest {
    private static final int PARTITIONS = 4;
    private static final int PAYMENTS = 400;

    @BeforeAll
    static void patience() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
        Awaitility.setDefaultPollInterval(Duration.ofMillis(250)); // every question reads the whole topic
    }

    @ParameterizedTest
    @CsvSource({
        "POLL_LOOP, AT_LEAST_ONCE",
        "POLL_LOOP, EXACTLY_ONCE",
        "WORKER_POOL, AT_LEAST_ONCE",
        "WORKER_POOL, EXACTLY_ONCE",
        "REACTIVE, AT_LEAST_ONCE",
        "REACTIVE, EXACTLY_ONCE",
        "ENGINE, AT_LEAST_ONCE",
        "ENGINE, EXACTLY_ONCE"
    })
    void nothingIsLostThoughMembersComeAndGo(Pattern pattern, Guarantee guarantee) throws Exception {
        Cluster cluster = Cluster.at(LocalStack.shared().bootstrapServers());
        String name = pattern.word() + "-" + guarantee;
        String output = name + "-results";
        Job job = new Job(cluster, name, name, "first", guarantee, new Work(Work.Kind.IO, 0, output));
        Job another = new Job(cluster, name, name, "second", guarantee, new Work(Work.Kind.IO, 0, output));
        try (PaymentLog log = new PaymentLog(cluster, name, PARTITIONS);
                CommittedOutput results = new CommittedOutput(cluster, output, PARTITIONS)) {
            log.create(output);
            log.append(PAYMENTS);
            try (Member first = new Member(pattern, job)) {
                await().until(() -> first.isAlive() && results.count() > PAYMENTS / 10);
                try (Member second = new Member(pattern, another)) {
                    await().until(() -> second.isAlive() && results.count() > PAYMENTS / 3);
                    first.leave();
                    log.append(PAYMENTS / 2);
                    await().until(() ->
                            second.isAlive() && log.outcome(name, output).committed() == log.appended());
                }
            }
            assertThat(log.outcome(name, output).check(guarantee).committed()).isEqualTo(log.appended());
        }
    }

    /** A pattern at work on a thread of its own. */
    private static final class Member implements AutoCloseable {
        private final Pattern.Running running;
        private final CompletableFuture<Void> ended;

        Member(Pattern pattern, Job job) {
            running = pattern.of(job);
            ended = CompletableFuture.runAsync(running::run, command -> new Thread(command, job.member()).start());
        }

        /** Throws what it died of. */
        boolean isAlive() {
            if (ended.isCompletedExceptionally()) {
                ended.join();
            }
            return !ended.isDone();
        }

        void leave() {
            running.stop();
            ended.copy().orTimeout(30, TimeUnit.SECONDS).join();
        }

        @Override
        public void close() {
            leave();
        }
    }
}
