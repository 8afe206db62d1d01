package io.weir.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The watch that the other tests rely on sees what it is there for. */
class EventLoopWatchTest {

    @Test
    void anEventLoopThatWaitsIsSeen() {
        try (EventLoopWatch watch = new EventLoopWatch()) {
            CountDownLatch seen = new CountDownLatch(1);
            watch.eventLoop().runOnContext(now -> {
                try {
                    seen.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });

            await().until(() -> !watch.blocked().isEmpty());

            seen.countDown();
            assertThat(watch.blocked().getFirst()).contains("EventLoopWatchTest");
        }
    }
}
