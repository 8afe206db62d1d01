package io.weir.server.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.server.log.EngineLogException;
import io.weir.server.log.Failure;
import io.weir.server.log.Failure.Course;
import io.weir.server.log.InstanceIdTakenException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class RestartingTest {
    private static final long PATIENCE_S = 60;

    @Test
    void aLifeThatFailsBeginsAnewUntilItIsClosed() throws Exception {
        Lives lives = new Lives(
                new EngineLogException("partitions moved"),
                new EngineLogException("fenced", new ProducerFencedException("timed out")));
        try (Restarting restarting = new Restarting("test", lives)) {
            restarting.start();
            assertThat(lives.next().course()).isEqualTo(Course.REBUILD);
            assertThat(lives.next().reason()).isEqualTo("fenced");
            assertThat(lives.goesOn.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(lives.begun).isEqualTo(3);
    }

    @Test
    void whatAnotherTryWouldNotHealStopsItForGood() throws Exception {
        for (RuntimeException fatal : List.of(
                new InstanceIdTakenException(new ProducerFencedException("f")),
                new EngineLogException("refused", new TopicAuthorizationException("t")))) {
            Lives lives = new Lives(fatal);
            Restarting restarting = new Restarting("test", lives);
            restarting.start();
            assertThat(lives.next().course()).isEqualTo(Course.STOP);
            restarting.close(); // waits for the thread
            assertThat(lives.begun).isEqualTo(1);
        }
    }

    @Test
    void anEngineThatHasStoppedSaysWhyAndWhatToDo() {
        EngineStatus status = new EngineStatus();
        Throwable cause =
                new EngineLogException("authorization: no access to topic", new TopicAuthorizationException("t"));
        status.failed(cause, Failure.of(cause));
        assertThat(status.notReadyBecause())
                .contains("stopped for good", "no access to topic", "grant", "then restart this instance");
    }

    /** Fails in these ways, one life after the other, then lives. */
    private static final class Lives implements Restarting.Life {
        final CountDownLatch goesOn = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private final BlockingQueue<Failure> failures = new LinkedBlockingQueue<>();
        private final List<RuntimeException> ways;
        private volatile int begun;

        Lives(RuntimeException... ways) {
            this.ways = List.of(ways);
        }

        Failure next() throws InterruptedException {
            return failures.poll(PATIENCE_S, TimeUnit.SECONDS);
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread
        public void run() {
            int life = begun++;
            if (life < ways.size()) {
                throw ways.get(life);
            }
            goesOn.countDown();
            try {
                ended.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void end() {
            ended.countDown();
        }

        @Override
        public void failed(Throwable cause, Failure failure) {
            failures.add(failure);
        }
    }
}
