package io.weir.core.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.core.policy.Label;
import io.weir.events.Hash64;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows against the plain list of events, in any order, written and read at any point. */
class EntityWindowsTest {
    private static final long MINUTE = 60_000;
    private static final long DAY = 1_440 * MINUTE;
    /** The width of the widest panes. */
    private static final long BLOCK = 256 * MINUTE;

    private static final int EVENTS = 70;
    private static final List<@Nullable Label> LABELS = Arrays.asList(Label.FRAUD, Label.GENUINE, null);
    private static final List<@Nullable Label> LABELS_ASKED_FOR =
            Arrays.asList(null, Label.FRAUD, Label.GENUINE, Label.KNOWN);

    /** What happens to one entity, to one of its transactions: it comes, or its label changes. */
    private record Step(
            int event,
            boolean label,
            @Nullable Label was,
            @Nullable Label is) {}

    /** A random history of one entity, at a scale of time of its own. */
    private static final class History {
        final Random random;
        final int exactEvents;
        final Values values;
        final long stepMs;
        final List<PlainWindows.Event> events = new ArrayList<>();
        /** In a possible order: of one transaction always the same. */
        final List<Step> steps = new ArrayList<>();

        History(long seed, int exactEvents) {
            random = new Random(seed);
            this.exactEvents = exactEvents;
            values = random.nextBoolean() ? Values.AMOUNTS : Values.MILLIONTHS;
            long[] scales = {1, 1_000, MINUTE / 3, 7 * MINUTE, 61 * MINUTE, DAY, 19 * DAY, 45 * BLOCK};
            stepMs = scales[random.nextInt(scales.length)];
            // the horizon is a whole number of the widest blocks: begin on one, so that it falls on a block's start
            long base = 110_600 * BLOCK + (random.nextInt(3) == 0 ? 0 : random.nextInt(60_000_000));
            List<List<Step>> ofEvents = new ArrayList<>();
            int position = 0;
            for (int i = 0; i < EVENTS; i++) {
                // mostly forward, ties, late events, and now and then a jump
                position += random.nextInt(25) == 0 ? random.nextInt(200) : random.nextInt(3);
                long time = base + Math.max(0, position - (random.nextInt(6) == 0 ? random.nextInt(90) : 0)) * stepMs;
                long amount = random.nextInt(3) == 0
                        ? values.max() - random.nextInt(3)
                        : random.nextInt(2) == 0 ? random.nextInt(3) : random.nextLong(values.min(), values.max() + 1);
                events.add(new PlainWindows.Event(time, amount, null, null));
                List<Step> ofEvent = new ArrayList<>(List.of(new Step(i, false, null, null)));
                Label was = null;
                for (int labels = Math.max(0, random.nextInt(6) - 2); labels > 0; labels--) {
                    Label is = LABELS.get(random.nextInt(LABELS.size()));
                    ofEvent.add(new Step(i, true, was, is));
                    was = is;
                }
                ofEvents.add(ofEvent);
            }
            // a label comes when some later events have come
            int[] next = new int[EVENTS];
            for (int i = 0; i < EVENTS; i++) {
                steps.add(ofEvents.get(i).get(next[i]++));
                for (int j = 0; j <= i; j++) {
                    if (next[j] < ofEvents.get(j).size() && random.nextInt(8) == 0) {
                        steps.add(ofEvents.get(j).get(next[j]++));
                    }
                }
            }
            for (int i = 0; i < EVENTS; i++) {
                while (next[i] < ofEvents.get(i).size()) {
                    steps.add(ofEvents.get(i).get(next[i]++));
                }
            }
        }

        /** The same steps, those of different transactions in any order. */
        List<Step> reordered() {
            List<List<Step>> queues = new ArrayList<>();
            for (int i = 0; i < EVENTS; i++) {
                int event = i;
                queues.add(new ArrayList<>(
                        steps.stream().filter(step -> step.event == event).toList()));
            }
            List<Step> order = new ArrayList<>();
            while (!queues.isEmpty()) {
                List<Step> queue = queues.get(random.nextInt(queues.size()));
                order.add(queue.removeFirst());
                if (queue.isEmpty()) {
                    queues.remove(queue);
                }
            }
            return order;
        }

        void apply(Step step, EntityWindows windows) {
            PlainWindows.Event event = events.get(step.event);
            if (step.label) {
                windows.relabel(event.timeMs(), event.amountMinor(), step.was, step.is);
            } else {
                windows.insert(event.timeMs(), event.amountMinor());
            }
        }

        EntityWindows fold(List<Step> order) {
            EntityWindows windows = new EntityWindows(exactEvents);
            order.forEach(step -> apply(step, windows));
            return windows;
        }

        List<Aggregate> aggregates() {
            List<Aggregate> aggregates = new ArrayList<>();
            for (Function function : Function.values()) {
                Label label = function.takesLabel() ? LABELS_ASKED_FOR.get(random.nextInt(4)) : null;
                if (function != Function.DISTINCT && (function != Function.COUNT_SINCE_LAST || label != null)) {
                    long window = random.nextInt(4) == 0
                            ? Aggregate.MAX_WINDOW_MS
                            : (1 + random.nextInt(80)) * stepMs + random.nextInt(3) - 1;
                    long delay = random.nextBoolean() ? 0 : random.nextInt(60) * stepMs + random.nextInt(3) - 1;
                    aggregates.add(new Aggregate(
                            Entity.TERMINAL,
                            function,
                            null,
                            Math.clamp(window, Aggregate.MIN_WINDOW_MS, Aggregate.MAX_WINDOW_MS),
                            Math.clamp(delay, 0, Aggregate.MAX_DELAY_MS),
                            null,
                            label));
                }
            }
            return aggregates;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 40, EntityWindows.EXACT_EVENTS})
    void everyAggregateEqualsItsDefinitionAndIsExactWhereItSaysSo(int exactEvents) {
        long paned = 0;
        long exact = 0;
        for (long seed = 0; seed < 300; seed++) {
            History history = new History(seed, exactEvents);
            EntityWindows windows = new EntityWindows(exactEvents);
            List<PlainWindows.Event> known = new ArrayList<>();
            int[] indexOf = new int[EVENTS];
            for (Step step : history.steps) {
                history.apply(step, windows);
                PlainWindows.Event event = history.events.get(step.event);
                if (step.label) {
                    known.set(
                            indexOf[step.event],
                            new PlainWindows.Event(event.timeMs(), event.amountMinor(), step.is, null));
                    continue;
                }
                indexOf[step.event] = known.size();
                known.add(event);
                PlainWindows plain = new PlainWindows(known, exactEvents);
                PlainWindows unbounded = new PlainWindows(known, Integer.MAX_VALUE);
                for (Aggregate aggregate : history.aggregates()) {
                    String at = "C " + exactEvents + ", seed " + seed + ", " + step + ", " + aggregate;
                    double value = windows.aggregate(aggregate, event.timeMs());
                    assertSame(value, plain.value(aggregate), at);
                    boolean isPaned = windows.isPaned(aggregate, event.timeMs());
                    assertThat(isPaned).as(at).isEqualTo(plain.isPaned(aggregate));
                    if (isPaned) {
                        paned++;
                    } else {
                        exact++;
                        assertSame(value, unbounded.value(aggregate), at);
                    }
                }
            }
        }
        assertThat(exact).as("exact values").matches(n -> exactEvents == 0 ? n == 0 : n > 9_000);
        assertThat(paned).as("values with panes").matches(n -> exactEvents > EVENTS ? n == 0 : n > 5_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 40, EntityWindows.EXACT_EVENTS})
    void theOrderInWhichEventsAndLabelsComeLeavesNoTrace(int exactEvents) {
        for (long seed = 0; seed < 300; seed++) {
            History history = new History(seed, exactEvents);
            EntityWindows first = history.fold(history.steps);
            List<Aggregate> aggregates = history.aggregates();
            for (int i = 0; i < 4; i++) {
                EntityWindows other = history.fold(history.reordered());
                String at = "C " + exactEvents + ", seed " + seed + ", order " + i;
                assertThat(bytes(other)).as(at).isEqualTo(bytes(first));
                assertThat(hash(other)).as(at).isEqualTo(hash(first));
                for (Aggregate aggregate : aggregates) {
                    long timeMs =
                            history.events.get(history.random.nextInt(EVENTS)).timeMs();
                    assertSame(other.aggregate(aggregate, timeMs), first.aggregate(aggregate, timeMs), at);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 40, EntityWindows.EXACT_EVENTS})
    void whatIsWrittenIsReadAgainAtEveryPoint(int exactEvents) {
        for (long seed = 0; seed < 100; seed++) {
            History history = new History(seed, exactEvents);
            EntityWindows windows = new EntityWindows(exactEvents);
            EntityWindows restored = new EntityWindows(exactEvents);
            for (Step step : history.steps) {
                history.apply(step, windows);
                history.apply(step, restored);
                String at = "C " + exactEvents + ", seed " + seed + ", " + step;
                assertThat(bytes(restored)).as(at).isEqualTo(bytes(windows));
                StateInput in = new StateInput(bytes(restored));
                restored = new EntityWindows(exactEvents);
                restored.readFrom(in, history.values);
                restored.readGenuineFrom(in, history.values);
                assertThat(in.remaining()).as(at).isZero();
                assertThat(bytes(restored)).as(at).isEqualTo(bytes(windows));
                assertThat(hash(restored)).as(at).isEqualTo(hash(windows));
            }
        }
    }

    @Test
    void damagedBytesAreRefusedOrAreAState() {
        int refused = 0;
        for (long seed = 0; seed < 6_000; seed++) {
            Random random = new Random(seed);
            int exactEvents = random.nextInt(50);
            History history = new History(seed, exactEvents);
            byte[] bytes = bytes(history.fold(history.steps.subList(0, random.nextInt(history.steps.size()))));
            byte[] damaged = damage(bytes, random);
            try {
                EntityWindows read = new EntityWindows(exactEvents);
                readInto(read, damaged, history.values);
                // a possible state then: as good as any, also to go on from
                EntityWindows again = new EntityWindows(exactEvents);
                readInto(again, bytes(read), history.values);
                assertThat(bytes(again)).as("seed %s", seed).isEqualTo(bytes(read));
                for (Aggregate aggregate : history.aggregates()) {
                    double value =
                            read.aggregate(aggregate, history.events.getLast().timeMs());
                    assertThat(value < 0 && history.values == Values.AMOUNTS)
                            .as("seed %s: %s is %s", seed, aggregate, value)
                            .isFalse();
                }
                history.steps.stream().filter(step -> !step.label).forEach(step -> history.apply(step, read));
            } catch (StateFormatException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(refused).isGreaterThan(2_000);
    }

    private static void readInto(EntityWindows windows, byte[] bytes, Values values) {
        StateInput in = new StateInput(bytes);
        windows.readFrom(in, values);
        windows.readGenuineFrom(in, values);
    }

    private static byte[] damage(byte[] bytes, Random random) {
        byte[] damaged = bytes.clone();
        switch (random.nextInt(4)) {
            case 0 -> damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> random.nextBytes(damaged);
            case 2 -> damaged[random.nextInt(bytes.length)] = (byte) random.nextInt();
            default -> damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return damaged;
    }

    @Test
    void saysWhetherATransactionHasARowIsCountedInAPaneOrIsTooLate() {
        long t = 1_700_000_000_000L;
        EntityWindows windows = new EntityWindows(2);

        assertThat(windows.insert(t, 1)).isNotNegative();
        assertThat(windows.insert(t + 10, 1)).isNotNegative();
        assertThat(windows.insert(t + 5, 1)).isNotNegative();
        assertThat(windows.insert(t, 1)).isEqualTo(EntityWindows.PANED);
        assertThat(windows.insert(t + 2, 1)).as("later than B").isEqualTo(EntityWindows.PANED);
        assertThat(windows.insert(t - 100 * DAY, 1)).isEqualTo(EntityWindows.PANED);
        assertThat(windows.insert(t - 120 * DAY, 1)).isEqualTo(EntityWindows.TOO_LATE);
        assertThat(windows.insert(t + 10 - 120 * DAY + 1, 1))
                .as("after the horizon, in a block that begins before it")
                .isEqualTo(EntityWindows.TOO_LATE);
    }

    @Test
    void aPaneThatBeginsAtTheHorizonDoesNotExist() {
        long t = 110_600 * BLOCK;
        EntityWindows windows = new EntityWindows(0);
        windows.insert(t, 1);

        assertThat(windows.insert(t - Aggregate.HORIZON_MS + 1, 1)).isEqualTo(EntityWindows.TOO_LATE);
        assertThat(windows.insert(t - Aggregate.HORIZON_MS + BLOCK, 1)).isEqualTo(EntityWindows.PANED);
    }

    @Test
    void theHorizonItselfIsOutside() {
        long t = 1_700_000_000_000L;
        EntityWindows windows = new EntityWindows();
        windows.insert(t, 1);

        assertThat(windows.insert(t - Aggregate.HORIZON_MS, 1)).isEqualTo(EntityWindows.TOO_LATE);
        assertThat(windows.insert(t - Aggregate.HORIZON_MS + 1, 1)).isNotNegative();
        assertThat(windows.events().end() - windows.events().start()).isEqualTo(2);
        windows.insert(t + 1, 1);
        assertThat(windows.events().end() - windows.events().start())
                .as("the oldest is dropped")
                .isEqualTo(2);
    }

    private static void assertSame(double value, double expected, String at) {
        if (Double.doubleToRawLongBits(value) != Double.doubleToLongBits(expected)) {
            throw new AssertionError(at + ": is " + value + ", should be " + expected);
        }
    }

    private static byte[] bytes(EntityWindows windows) {
        StateOutput out = new StateOutput();
        windows.writeTo(out);
        windows.writeGenuineTo(out);
        return out.toByteArray();
    }

    private static long hash(EntityWindows windows) {
        Hash64 hash = new Hash64();
        windows.addTo(hash);
        return hash.value();
    }
}
