package io.weir.server.deadletters;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.weir.events.SchemaIds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * A value for people: as JSON where it is Avro with a schema that the registry knows, else its bytes.
 *
 * @param form what it is, in words
 * @param text of it
 */
public record ValueText(String form, String text) {
    private static final int PREFIX_BYTES = 5;
    private static final int DUMPED_BYTES = 4_096;
    private static final int BYTES_A_LINE = 16;

    /** Of a value as it lies on the log. */
    public static ValueText of(byte @Nullable [] value, SchemaIds schemas) {
        if (value == null) {
            return new ValueText("null", "");
        }
        if (value.length < PREFIX_BYTES || value[0] != 0) {
            return new ValueText(value.length + " bytes, not in the wire format of a schema registry", dump(value));
        }
        int id = ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
        Schema schema;
        try {
            schema = schemas.schemaOf(id);
        } catch (SchemaIds.SchemaUnavailableException e) {
            return new ValueText(value.length + " bytes of schema " + id + "; " + e.getMessage(), dump(value));
        }
        if (schema == null) {
            return new ValueText(value.length + " bytes of schema " + id + ", unknown to the registry", dump(value));
        }
        String form = value.length + " bytes of schema " + id + ", " + schema.getFullName();
        try {
            BinaryDecoder decoder =
                    DecoderFactory.get().binaryDecoder(value, PREFIX_BYTES, value.length - PREFIX_BYTES, null);
            String json = String.valueOf(new GenericDatumReader<>(schema).read(null, decoder));
            return decoder.isEnd()
                    ? new ValueText(form, pretty(json))
                    : new ValueText(form + " and something behind it", dump(value));
        } catch (IOException | RuntimeException | OutOfMemoryError e) { // a broken length asks for any amount of memory
            return new ValueText(form + ", which it does not have: " + e, dump(value));
        }
    }

    private static String pretty(String json) {
        try {
            return new JsonObject(json).encodePrettily();
        } catch (DecodeException e) {
            return json;
        }
    }

    private static String dump(byte[] bytes) {
        StringBuilder dump = new StringBuilder();
        int shown = Math.min(bytes.length, DUMPED_BYTES);
        for (int line = 0; line < shown; line += BYTES_A_LINE) {
            int end = Math.min(shown, line + BYTES_A_LINE);
            dump.append(
                    "%06x  %-48s ".formatted(line, HexFormat.ofDelimiter(" ").formatHex(bytes, line, end)));
            for (int i = line; i < end; i++) {
                dump.append(bytes[i] >= ' ' && bytes[i] < 0x7f ? (char) bytes[i] : '.');
            }
            dump.append(System.lineSeparator());
        }
        if (shown < bytes.length) {
            dump.append("... and %,d bytes more".formatted(bytes.length - shown))
                    .append(System.lineSeparator());
        }
        return dump.toString().stripTrailing();
    }
}
