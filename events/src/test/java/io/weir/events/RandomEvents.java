package io.weir.events;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;

/**
 * Seeded events of any type: every field takes every value that its schema allows, the awkward ones above all, whether
 * or not the gateway would let them in.
 */
final class RandomEvents {
    private static final long[] LONGS = {
        0,
        1,
        -1,
        63,
        64,
        -64,
        -65,
        127,
        128,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 53,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    private static final int[] INTS = {0, 1, -1, 63, 64, 8191, 8192, Integer.MAX_VALUE, Integer.MIN_VALUE};
    private static final double[] DOUBLES = {
        0.0,
        -0.0,
        1.5,
        Double.NaN,
        Double.longBitsToDouble(0xFFF0_0000_DEAD_BEEFL), // another NaN
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        Double.MAX_VALUE
    };
    private static final String[] CHARACTERS = {
        "a", "Z", "7", " ", "\0", "\u007F", "\u0080", "é", "߿", "ࠀ", "中", "\uFFFF", "😀", "𐀀"
    };

    private final Random random;

    RandomEvents(long seed) {
        random = new Random(seed);
    }

    Event next(EventType<?> type) {
        return (Event) record(type.eventClass(), type.schema());
    }

    private Object record(Class<?> recordClass, Schema schema) {
        RecordComponent[] components = recordClass.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = value(
                    components[i].getGenericType(), schema.getFields().get(i).schema());
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return recordClass.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(recordClass + " cannot be made", e);
        }
    }

    private Object value(Type type, Schema schema) {
        return switch (schema.getType()) {
            case UNION ->
                random.nextInt(3) == 0 ? null : value(type, schema.getTypes().get(1));
            case STRING -> text();
            case LONG -> random.nextBoolean() ? LONGS[random.nextInt(LONGS.length)] : random.nextLong();
            case INT -> random.nextBoolean() ? INTS[random.nextInt(INTS.length)] : random.nextInt();
            case DOUBLE -> number();
            case BOOLEAN -> random.nextBoolean();
            case ENUM -> pick(((Class<?>) type).getEnumConstants());
            case FIXED -> Sha256.of(new byte[] {(byte) random.nextInt()});
            case BYTES -> bytes();
            case ARRAY -> array(type, schema);
            case RECORD -> record((Class<?>) type, schema);
            default -> throw new AssertionError("no event has a field of type " + schema);
        };
    }

    private Object array(Type type, Schema schema) {
        if (type == double[].class) {
            return numbers();
        }
        return type == long[].class ? random.longs(length()).toArray() : list((ParameterizedType) type, schema);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[length()];
        random.nextBytes(bytes);
        return bytes;
    }

    private double[] numbers() {
        double[] values = new double[length()];
        Arrays.setAll(values, i -> number());
        return values;
    }

    private List<Object> list(ParameterizedType type, Schema schema) {
        List<Object> values = new ArrayList<>();
        for (int left = length(); left > 0; left--) {
            values.add(value(type.getActualTypeArguments()[0], schema.getElementType()));
        }
        return List.copyOf(values);
    }

    private double number() {
        return random.nextBoolean() ? DOUBLES[random.nextInt(DOUBLES.length)] : random.nextGaussian();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        boolean ascii = random.nextBoolean();
        for (int left = length(); left > 0; left--) {
            text.append(ascii ? String.valueOf((char) random.nextInt(128)) : pick(CHARACTERS));
        }
        return text.toString();
    }

    /** Mostly short, often none, sometimes long. */
    private int length() {
        return switch (random.nextInt(20)) {
            case 0, 1, 2 -> 0;
            case 3 -> 60 + random.nextInt(140);
            default -> 1 + random.nextInt(8);
        };
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
