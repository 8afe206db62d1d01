package io.weir.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import io.weir.events.AvroReference.Layout;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hostile bytes, on the direct path and on the one through Avro's schema resolution: each ends in an event or in a
 * {@link MalformedValueException}, the same one every time, and costs no more memory than its length warrants.
 */
class EventReaderFuzzTest {
    private static final int EVENTS = 250;
    private static final int MUTATIONS_PER_EVENT = 8;

    /** What a read may allocate: an exception with its stack, and so many bytes for every byte of the value. */
    private static final long ALLOCATION = 256 << 10;

    private static final long ALLOCATION_PER_BYTE = 64;

    private static final long[] HOSTILE_NUMBERS = {
        -1,
        1L << 20,
        Integer.MAX_VALUE - 8,
        Integer.MAX_VALUE,
        1L << 31,
        (1L << 32) + 1,
        1L << 60,
        Long.MAX_VALUE,
        Integer.MIN_VALUE,
        -(1L << 60),
        Long.MIN_VALUE
    };

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final KnownSchemas schemas = new KnownSchemas();
    private final EventReader reader = new EventReader(schemas);

    static List<EventType<?>> types() {
        return EventType.all();
    }

    @ParameterizedTest
    @MethodSource("types")
    void ofThisBuildsVersion(EventType<?> type) {
        attack(type, type.schema());
    }

    @ParameterizedTest
    @MethodSource("types")
    void ofANewerVersion(EventType<?> type) {
        attack(type, Versions.newer(type.schema()));
    }

    @ParameterizedTest
    @MethodSource("types")
    void ofAReorderedVersion(EventType<?> type) {
        attack(type, Versions.reversed(type.schema()));
    }

    @ParameterizedTest
    @MethodSource("types")
    void ofAVersionWithEveryKindOfFieldToSkip(EventType<?> type) {
        attack(type, Versions.strange(type.schema()));
    }

    private void attack(EventType<?> type, Schema version) {
        int id = schemas.register(version);
        int refused = 0;
        for (long seed = 0; seed < EVENTS; seed++) {
            Event event = new RandomEvents(seed).next(type);
            Layout layout = Layout.values()[(int) (seed % Layout.values().length)];
            byte[] body = AvroReference.write(Versions.as(version, event), version, layout);
            assertThat(reader.read(KnownSchemas.value(id, body)))
                    .as("seed %d, unharmed, after all that came before", seed)
                    .isEqualTo(event);
            Random random = new Random(seed);
            for (int mutation = 0; mutation < MUTATIONS_PER_EVENT; mutation++) {
                byte[] value = KnownSchemas.value(id, mutate(body, random));
                refused += refuses(value, type.name() + ", seed " + seed + ", mutation " + mutation) ? 1 : 0;
            }
        }
        assertThat(refused).as("values refused").isGreaterThan(EVENTS * MUTATIONS_PER_EVENT / 2);
    }

    private boolean refuses(byte[] value, String name) {
        long before = threads.getCurrentThreadAllocatedBytes();
        Throwable first = catchThrowable(() -> reader.read(value));
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated)
                .as("bytes allocated for the %d of %s", value.length, name)
                .isLessThan(ALLOCATION + ALLOCATION_PER_BYTE * value.length);
        if (first == null) {
            return false;
        }
        assertThat(first).as(name).isExactlyInstanceOf(MalformedValueException.class);
        for (EventReader again : List.of(reader, new EventReader(schemas))) {
            assertThat(catchThrowable(() -> again.read(value)))
                    .as("%s, again", name)
                    .isExactlyInstanceOf(MalformedValueException.class)
                    .hasMessage(first.getMessage());
        }
        return true;
    }

    private static byte[] mutate(byte[] body, Random random) {
        int at = random.nextInt(body.length);
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(body, at);
            case 1 -> flipBits(body, random);
            case 2 -> noise(random.nextInt(200), random);
            case 3 -> splice(body, at, at, noise(1 + random.nextInt(8), random));
            default -> {
                AvroOutput number = new AvroOutput();
                number.writeLong(HOSTILE_NUMBERS[random.nextInt(HOSTILE_NUMBERS.length)]);
                yield splice(body, at, at + random.nextInt(2), number.toByteArray());
            }
        };
    }

    private static byte[] flipBits(byte[] body, Random random) {
        byte[] flipped = body.clone();
        for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
            flipped[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    private static byte[] noise(int length, Random random) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    /** {@code body} with the bytes from {@code from} to {@code to} replaced. */
    private static byte[] splice(byte[] body, int from, int to, byte[] replacement) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(body, 0, from);
        out.writeBytes(replacement);
        out.write(body, to, body.length - to);
        return out.toByteArray();
    }
}
