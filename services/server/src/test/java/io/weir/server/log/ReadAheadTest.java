package io.weir.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
    @Test
    void givesEverythingInOrderWhicheverThreadMakesIt() {
        try (ExecutorService background = Executors.newSingleThreadExecutor()) {
            Iterator<Integer> source = List.of(1, 2, 3, 4, 5).iterator();
            assertThat(all(new ReadAhead<>(background, () -> source.hasNext() ? source.next() : null)))
                    .containsExactly(1, 2, 3, 4, 5);
        }
        Iterator<Integer> source = List.of(1, 2, 3).iterator();
        assertThat(all(new ReadAhead<>(never -> {}, () -> source.hasNext() ? source.next() : null)))
                .describedAs("where the background never comes to it")
                .containsExactly(1, 2, 3);
    }

    @Test
    void makesOneAheadAndNoMore() {
        Deque<Runnable> tasks = new ArrayDeque<>();
        AtomicInteger made = new AtomicInteger();
        ReadAhead<Integer> ahead = new ReadAhead<>(tasks::add, made::incrementAndGet);
        assertThat(tasks).hasSize(1);
        tasks.remove().run();
        assertThat(tasks).isEmpty();
        assertThat(ahead.take()).isEqualTo(1);
        assertThat(made).describedAs("begun, not made").hasValue(1);
        assertThat(tasks).hasSize(1);
    }

    @Test
    void throwsWhatTheSourceThrewAndGoesOnDoingSo() {
        ReadAhead<Integer> ahead = new ReadAhead<>(Runnable::run, () -> {
            throw new IllegalStateException("the log is gone");
        });
        assertThatThrownBy(ahead::take).hasMessage("the log is gone");
        assertThatThrownBy(ahead::take).hasMessage("the log is gone");
        ahead.close();
    }

    @Test
    void closingWaitsForWhatIsBeingMade() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        try (ExecutorService background = Executors.newSingleThreadExecutor()) {
            ReadAhead<Integer> ahead = new ReadAhead<>(background, () -> {
                begun.countDown();
                awaitQuietly(mayEnd);
                ended.set(true);
                return 1;
            });
            begun.await();
            Thread.ofVirtual().start(mayEnd::countDown);
            ahead.close();
            assertThat(ended).isTrue();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Integer> all(ReadAhead<Integer> ahead) {
        List<Integer> all = new ArrayList<>();
        Integer next;
        while ((next = ahead.take()) != null) {
            all.add(next);
        }
        return all;
    }
}
