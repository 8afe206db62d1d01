package io.weir.core.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.events.Hash64;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The accounts and devices at an entity against the plain list of its events, in any order, written and read at any point. */
class PeersTest {
    private static final long MINUTE = 60_000;
    private static final int KINDS = 2;

    private static final class Windows extends EntityWindows {
        Windows(int exactEvents) {
            super(new EventSeries(KINDS, 0), exactEvents);
        }

        @Override
        protected int peerKinds() {
            return KINDS;
        }

        void take(List<PlainWindows.Event> byKind) {
            PlainWindows.Event event = byKind.getFirst();
            int row = insert(event.timeMs(), event.amountMinor());
            for (int kind = 0; kind < KINDS; kind++) {
                String other = byKind.get(kind).other();
                if (other != null) {
                    setPeer(kind, row, event.timeMs(), Hash64.of(other));
                }
            }
        }

        byte[] bytes() {
            StateOutput out = new StateOutput();
            writeTo(out);
            for (int kind = 0; kind < KINDS; kind++) {
                StateOutput part = new StateOutput();
                writePeersTo(kind, part);
                out.writeVarLong(part.size());
                out.write(part);
            }
            return out.toByteArray();
        }

        static Windows read(byte[] bytes, int exactEvents) {
            Windows read = new Windows(exactEvents);
            StateInput in = new StateInput(bytes);
            read.readFrom(in, Values.AMOUNTS);
            for (int kind = 0; kind < KINDS; kind++) {
                if (in.readCount(Integer.MAX_VALUE) > 0) {
                    read.readPeersFrom(kind, in);
                }
            }
            StateFormatException.unless(in.remaining() == 0, "there are more bytes");
            return read;
        }
    }

    /** A random history of one entity: of each event what it is for either kind of peers. */
    private static List<List<PlainWindows.Event>> history(Random random, long stepMs, int size) {
        int ids = 1 + random.nextInt(60);
        List<List<PlainWindows.Event>> events = new ArrayList<>();
        long position = 0;
        for (int i = 0; i < size; i++) {
            position += random.nextInt(25) == 0 ? random.nextInt(100) : random.nextInt(3);
            long late = random.nextInt(6) == 0 ? random.nextInt(60) : 0;
            long timeMs = 1_700_000_000_000L + Math.max(0, position - late) * stepMs;
            long amount = random.nextInt(2);
            String account = "a" + random.nextInt(ids);
            String device = random.nextInt(4) == 0 ? null : "d" + random.nextInt(ids);
            events.add(List.of(
                    new PlainWindows.Event(timeMs, amount, null, account),
                    new PlainWindows.Event(timeMs, amount, null, device)));
        }
        return events;
    }

    private static long step(Random random) {
        long[] steps = {1, 1_000, MINUTE / 3, 7 * MINUTE, 61 * MINUTE, 1_440 * MINUTE};
        return steps[random.nextInt(steps.length)];
    }

    private static Aggregate aggregate(Random random, long stepMs) {
        long window = random.nextInt(4) == 0 ? Aggregate.MAX_WINDOW_MS : (1 + random.nextInt(80)) * stepMs;
        long delay = random.nextBoolean() ? 0 : random.nextInt(60) * stepMs + random.nextInt(3) - 1;
        return new Aggregate(
                Entity.TERMINAL,
                Function.DISTINCT,
                Entity.ACCOUNT,
                Math.clamp(window, Aggregate.MIN_WINDOW_MS, Aggregate.MAX_WINDOW_MS),
                Math.clamp(delay, 0, Aggregate.MAX_DELAY_MS));
    }

    private static List<PlainWindows.Event> ofKind(List<List<PlainWindows.Event>> events, int kind) {
        return events.stream().map(event -> event.get(kind)).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 90, EntityWindows.EXACT_EVENTS})
    void theCountIsTheDefinitions(int exactEvents) {
        long exact = 0;
        long estimated = 0;
        for (long seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            long stepMs = step(random);
            List<List<PlainWindows.Event>> events = history(random, stepMs, 140);
            List<Aggregate> aggregates =
                    List.of(aggregate(random, stepMs), aggregate(random, stepMs), aggregate(random, stepMs));
            Windows windows = new Windows(exactEvents);
            for (int i = 0; i < events.size(); i++) {
                windows.take(events.get(i));
                long timeMs = events.get(i).getFirst().timeMs();
                for (int kind = 0; kind < KINDS; kind++) {
                    List<PlainWindows.Event> known = ofKind(events.subList(0, i + 1), kind);
                    PlainWindows plain = new PlainWindows(known, exactEvents);
                    for (Aggregate aggregate : aggregates) {
                        String at = "C " + exactEvents + ", seed " + seed + ", event " + i + ", " + aggregate;
                        double count = windows.distinctPeers(aggregate, kind, timeMs);
                        assertThat(count).as(at).isEqualTo(plain.value(aggregate));
                        if (windows.isPaned(aggregate, timeMs)) {
                            estimated++;
                        } else {
                            exact++;
                            assertThat(count)
                                    .as(at)
                                    .isEqualTo(new PlainWindows(known, Integer.MAX_VALUE).value(aggregate));
                        }
                    }
                }
            }
        }
        assertThat(exact).as("exact counts").matches(n -> exactEvents == 0 ? n == 0 : n > 300);
        assertThat(estimated).as("estimated counts").matches(n -> exactEvents > 140 ? n == 0 : n > 2_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 40, EntityWindows.EXACT_EVENTS})
    void theOrderLeavesNoTraceAndWhatIsWrittenIsReadAtEveryPoint(int exactEvents) {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            long stepMs = step(random);
            List<List<PlainWindows.Event>> events = history(random, stepMs, 80);
            Windows first = new Windows(exactEvents);
            events.forEach(first::take);
            for (int order = 0; order < 3; order++) {
                Collections.shuffle(events, random);
                Windows other = new Windows(exactEvents);
                for (int i = 0; i < events.size(); i++) {
                    other.take(events.get(i));
                    if (i % 7 == order) {
                        byte[] written = other.bytes();
                        other = Windows.read(written, exactEvents);
                        assertThat(other.bytes()).as("seed %s", seed).isEqualTo(written);
                    }
                    // fills the caches of what is counted, which the next event must not make wrong
                    other.distinctPeers(
                            aggregate(random, stepMs),
                            0,
                            events.get(i).getFirst().timeMs());
                }
                assertThat(other.bytes())
                        .as("C %s, seed %s, order %s", exactEvents, seed, order)
                        .isEqualTo(first.bytes());
            }
        }
    }

    @Test
    void damagedBytesAreRefusedOrAreAState() {
        int refused = 0;
        for (long seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            int exactEvents = random.nextInt(50);
            long stepMs = step(random);
            Windows windows = new Windows(exactEvents);
            List<List<PlainWindows.Event>> events = history(random, stepMs, 60);
            events.forEach(windows::take);
            byte[] bytes = windows.bytes();
            byte[] damaged = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
            if (damaged == bytes) {
                damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                Windows read = Windows.read(damaged, exactEvents);
                assertThat(Windows.read(read.bytes(), exactEvents).bytes())
                        .as("seed %s", seed)
                        .isEqualTo(read.bytes());
                events.forEach(read::take);
            } catch (StateFormatException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(500);
    }
}
