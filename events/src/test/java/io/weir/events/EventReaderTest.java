package io.weir.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.weir.events.AvroReference.Layout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reader makes of a record value, whoever wrote it and with whichever version. */
class EventReaderTest {
    private static final int EVENTS = 200;
    private static final TransactionLabelled LABEL =
            new TransactionLabelled("t1", "a1", 1_000, 2_000, true, "chargeback");

    private final KnownSchemas schemas = new KnownSchemas();
    private final EventReader reader = new EventReader(schemas);

    static List<EventType<?>> types() {
        return EventType.all();
    }

    @ParameterizedTest
    @MethodSource("types")
    void readsItsOwnVersion(EventType<?> type) {
        readsBack(type, type.schema());
    }

    @ParameterizedTest
    @MethodSource("types")
    void readsANewerVersionWithoutWhatItDoesNotKnow(EventType<?> type) {
        readsBack(type, Versions.newer(type.schema()));
    }

    @ParameterizedTest
    @MethodSource("types")
    void readsAVersionWithOtherFieldsOfEveryKind(EventType<?> type) {
        readsBack(type, Versions.strange(type.schema()));
    }

    @ParameterizedTest
    @MethodSource("types")
    void readsAVersionInAnotherOrder(EventType<?> type) {
        readsBack(type, Versions.reversed(type.schema()));
    }

    @Test
    void readsAnOlderVersionWithTheDefaultOfWhatWasAddedSince() {
        Schema older = Versions.without(TransactionLabelled.TYPE.schema(), "source");
        byte[] value = value(schemas.register(older), older, LABEL);
        assertThat(reader.read(value)).isEqualTo(new TransactionLabelled("t1", "a1", 1_000, 2_000, true, null));
    }

    @Test
    void readsAnEnumBySymbolNotByIndex() {
        Schema ours = FraudAlertRaised.TYPE.schema();
        List<String> symbols =
                new ArrayList<>(ours.getField("decision").schema().getEnumSymbols());
        Collections.reverse(symbols);
        Schema decision = SchemaBuilder.enumeration("io.weir.events.Decision").symbols(symbols.toArray(String[]::new));
        Schema theirs =
                Versions.plus(Versions.without(ours, "decision"), new Field("decision", decision, "The decision."));
        FraudAlertRaised alert = (FraudAlertRaised) new RandomEvents(7).next(FraudAlertRaised.TYPE);
        GenericData.Record datum = Versions.as(theirs, alert);
        datum.put(
                "decision",
                new GenericData.EnumSymbol(decision, alert.decision().name()));
        byte[] body = AvroReference.write(datum, theirs, Layout.ONE_BLOCK);
        assertThat(reader.read(KnownSchemas.value(schemas.register(theirs), body)))
                .isEqualTo(alert);
    }

    @Test
    void refusesNull() {
        refuses(null, "value is null; expected an Avro event");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    void refusesWhatIsShorterThanTheHeader(int length) {
        refuses(new byte[length], "value has " + length + " bytes; the wire format's header alone has 5");
    }

    @Test
    void refusesAnotherMagicByte() {
        byte[] value = value(schemas.idOf(LABEL.type()), LABEL.type().schema(), LABEL);
        value[0] = (byte) 0xFE;
        refuses(value, "magic byte is 254; the Confluent wire format starts with 0");
    }

    @Test
    void refusesAnUnknownSchemaId() {
        refuses(KnownSchemas.value(77, new byte[9]), "schema id 77 is not known to the schema registry");
    }

    @Test
    void refusesARecordOfAnotherVocabulary() {
        Schema foreign = SchemaBuilder.record("com.example.Order")
                .fields()
                .requiredString("id")
                .endRecord();
        int id = schemas.register(foreign);
        refuses(
                KnownSchemas.value(id, new byte[1]),
                "schema id " + id + " is com.example.Order, which is no event of this vocabulary");
    }

    @Test
    void refusesASchemaThatIsNoRecord() {
        int id = schemas.register(Schema.create(Schema.Type.STRING));
        refuses(
                KnownSchemas.value(id, new byte[1]),
                "schema id " + id + " is string, which is no event of this vocabulary");
    }

    @Test
    void refusesAVersionWithoutAFieldThatItNeeds() {
        Schema incompatible = Versions.without(TransactionLabelled.TYPE.schema(), "fraud");
        int id = schemas.register(incompatible);
        refuses(
                value(id, incompatible, LABEL),
                "schema id " + id + " is a version of TransactionLabelled that this build cannot read");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusesTrailingBytes(boolean newer) {
        byte[] value = ofLabel(newer);
        refuses(Arrays.copyOf(value, value.length + 3), "value has 3 bytes after the event's end");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusesEveryTruncation(boolean newer) {
        byte[] value = ofLabel(newer);
        for (int length = 5; length < value.length; length++) {
            byte[] cut = Arrays.copyOf(value, length);
            assertThatThrownBy(() -> reader.read(cut))
                    .as("%d of %d bytes", length, value.length)
                    .isInstanceOf(MalformedValueException.class)
                    .hasMessageContaining("is cut off");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 30, (1L << 31) - 9, 1L << 31, 1L << 32, 1L << 60, Long.MAX_VALUE})
    void refusesAStringLengthBeyondTheValue(long length) {
        AvroOutput body = new AvroOutput();
        body.writeLong(length);
        body.writeFixed(new byte[100]);
        for (int id : ourAndNewer(TransactionLabelled.TYPE)) {
            refuses(
                    KnownSchemas.value(id, body.toByteArray()),
                    "transactionId is cut off: the value ends before it does");
        }
    }

    @Test
    void refusesRecordsNestedWithoutEnd() {
        byte[] body = new byte[1_000_000];
        Arrays.fill(body, (byte) 2); // one branch, with one branch, with one branch ...
        int id = schemas.register(Versions.strange(LABEL.type().schema()));
        refuses(KnownSchemas.value(id, body), "tree is nested deeper than 64 levels");
    }

    @Test
    void refusesMoreItemsThatTakeNoBytesThanTheValueHasBytes() {
        AvroOutput body = new AvroOutput();
        body.writeLong(0);
        body.writeLong(150);
        body.writeLong(150);
        body.writeFixed(new byte[200]);
        int id = schemas.register(Versions.strange(LABEL.type().schema()));
        refuses(KnownSchemas.value(id, body.toByteArray()), "nothings has more items than the value has bytes");
    }

    @Test
    void refusesABlockOfNegativeSize() {
        AvroOutput body = new AvroOutput();
        body.writeFixed(new byte[15]); // up to the reasons: empty strings, zeros, and a double
        body.writeLong(-1);
        body.writeLong(-8);
        body.writeFixed(new byte[100]);
        for (int id : ourAndNewer(TransactionDecided.TYPE)) {
            refuses(KnownSchemas.value(id, body.toByteArray()), "reasons has a block of negative size");
        }
    }

    @Test
    void costsNoMoreForManyBlocksThanForOne() {
        double[] values = new double[100_000];
        TransactionDecided decided = (TransactionDecided) new RandomEvents(1).next(TransactionDecided.TYPE);
        GenericData.Record datum = Versions.as(TransactionDecided.TYPE.schema(), decided);
        datum.put("featureValues", Arrays.stream(values).boxed().toList());
        byte[] body = AvroReference.write(datum, TransactionDecided.TYPE.schema(), Layout.SEVERAL_BLOCKS);
        byte[] value = KnownSchemas.value(schemas.idOf(TransactionDecided.TYPE), body);

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        TransactionDecided read = (TransactionDecided) reader.read(value);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(read.featureValues()).isEqualTo(values);
        assertThat(allocated).as("bytes allocated for " + value.length).isLessThan(10L * value.length);
    }

    @Test
    void refusesInvalidUtf8() {
        byte[] body = AvroReference.write(LABEL, Layout.ONE_BLOCK);
        body[1] = (byte) 0xFF;
        refuses(KnownSchemas.value(schemas.idOf(LABEL.type()), body), "transactionId is not valid UTF-8");
    }

    @Test
    void passesOnThatTheRegistryGaveNoAnswerAndAsksAgain() {
        List<Schema> answers = new ArrayList<>();
        SchemaIds registry = new SchemaIds() {
            @Override
            public int idOf(EventType<?> type) {
                return schemas.idOf(type);
            }

            @Override
            public Schema schemaOf(int id) {
                if (answers.isEmpty()) {
                    throw new SchemaUnavailableException("no answer", new IllegalStateException());
                }
                return answers.getFirst();
            }
        };
        EventReader patient = new EventReader(registry);
        byte[] value = ofLabel(false);
        assertThatThrownBy(() -> patient.read(value)).isInstanceOf(SchemaIds.SchemaUnavailableException.class);
        answers.add(LABEL.type().schema());
        assertThat(patient.read(value)).isEqualTo(LABEL);
        answers.clear();
        assertThat(patient.read(value)).as("known from here on").isEqualTo(LABEL);
    }

    private void readsBack(EventType<?> type, Schema version) {
        int id = schemas.register(version);
        for (long seed = 0; seed < EVENTS; seed++) {
            Event event = new RandomEvents(seed).next(type);
            for (Layout layout : Layout.values()) {
                byte[] body = AvroReference.write(Versions.as(version, event), version, layout);
                assertThat(reader.read(KnownSchemas.value(id, body)))
                        .as("seed %d, %s", seed, layout)
                        .isEqualTo(event);
            }
        }
    }

    private byte[] ofLabel(boolean newer) {
        Schema ours = LABEL.type().schema();
        Schema version = newer ? Versions.newer(ours) : ours;
        return value(schemas.register(version), version, LABEL);
    }

    private List<Integer> ourAndNewer(EventType<?> type) {
        return List.of(schemas.idOf(type), schemas.register(Versions.newer(type.schema())));
    }

    private static byte[] value(int id, Schema version, Event event) {
        return KnownSchemas.value(id, AvroReference.write(Versions.as(version, event), version, Layout.ONE_BLOCK));
    }

    private void refuses(byte[] value, String message) {
        assertThatThrownBy(() -> reader.read(value))
                .isExactlyInstanceOf(MalformedValueException.class)
                .hasMessage(message);
    }
}
