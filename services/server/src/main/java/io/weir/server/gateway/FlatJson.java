package io.weir.server.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.weir.server.http.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one flat JSON object with known fields, strictly: valid UTF-8, nothing after the object, no field twice, no unknown
 * field, no other type, no fraction or exponent where an integer belongs.
 */
final class FlatJson {
    /** The type of a field's value. */
    enum Kind {
        STRING("a string"),
        INTEGER("an integer of at most 64 bits, without fraction or exponent"),
        BOOLEAN("true or false");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    /**
     * A field.
     *
     * @param required whether it must be there; if not, it may also be null
     */
    record Field(String name, Kind kind, boolean required) {}

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            // Names come from callers: no table of them grows, none is interned.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(4)
                    .maxNumberLength(40)
                    .maxNameLength(256)
                    .build())
            .build();

    private final List<Field> fields;
    private final Map<String, Integer> index = new HashMap<>();

    FlatJson(List<Field> fields) {
        this.fields = List.copyOf(fields);
        for (int i = 0; i < fields.size(); i++) {
            index.put(fields.get(i).name(), i);
        }
    }

    /**
     * The values, in the order of the fields: String, Long, Boolean, or null for an optional field that is absent.
     *
     * @throws ProblemException 400 when this is no JSON object, 422 when it has other fields or types
     */
    @Nullable
    Object[] read(byte[] utf8) {
        String text = decode(utf8);
        try (JsonParser parser = FACTORY.createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw InputProblems.malformed(first == null ? "is empty" : "is not a JSON object");
            }
            Object[] values = readFields(parser);
            if (parser.nextToken() != null) {
                throw InputProblems.malformed("goes on after the JSON object, at " + where(parser));
            }
            requireAll(values);
            return values;
        } catch (JsonEOFException e) {
            throw InputProblems.malformed("ends in the middle of the JSON object");
        } catch (StreamConstraintsException e) {
            throw InputProblems.malformed("nests deeper, or has a longer name or number, than any field here needs");
        } catch (IOException e) {
            throw InputProblems.malformed(
                    e instanceof com.fasterxml.jackson.core.JsonProcessingException syntax
                            ? "is not valid JSON at line "
                                    + syntax.getLocation().getLineNr() + ", column "
                                    + syntax.getLocation().getColumnNr()
                            : "is not valid JSON");
        }
    }

    private @Nullable Object[] readFields(JsonParser parser) throws IOException {
        Object[] values = new Object[fields.size()];
        long seen = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            Integer at = index.get(name);
            if (at == null) {
                throw InputProblems.unknownField(name, index.keySet());
            }
            if ((seen & 1L << at) != 0) {
                throw InputProblems.duplicateField(name);
            }
            seen |= 1L << at;
            parser.nextToken();
            values[at] = value(parser, fields.get(at));
        }
        return values;
    }

    private static @Nullable Object value(JsonParser parser, Field field) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NULL && !field.required()) {
            return null;
        }
        Object value =
                switch (field.kind()) {
                    case STRING -> token == JsonToken.VALUE_STRING ? parser.getText() : null;
                    case BOOLEAN ->
                        token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE
                                ? (Object) parser.getBooleanValue()
                                : null;
                    case INTEGER -> token == JsonToken.VALUE_NUMBER_INT ? integer(parser) : null;
                };
        if (value == null) {
            throw InputProblems.wrongType(field.name(), found(token), field.kind().words);
        }
        if (value instanceof String text && hasLoneSurrogate(text)) {
            throw InputProblems.wrongType(field.name(), "half of a surrogate pair", "valid Unicode");
        }
        return value;
    }

    private static @Nullable Long integer(JsonParser parser) throws IOException {
        NumberType type = parser.getNumberType();
        return type == NumberType.INT || type == NumberType.LONG ? parser.getLongValue() : null;
    }

    private void requireAll(@Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null && fields.get(i).required()) {
                throw InputProblems.missing(fields.get(i).name(), fields.get(i).kind().words);
            }
        }
    }

    private static String found(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "a larger or other number";
            case VALUE_NUMBER_FLOAT -> "a number with a fraction or exponent";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            default -> "something else";
        };
    }

    private static String where(JsonParser parser) {
        return "line " + parser.currentTokenLocation().getLineNr() + ", column "
                + parser.currentTokenLocation().getColumnNr();
    }

    /** Java's own decoder: unlike a JSON parser's it refuses overlong forms and surrogates, so one id has one spelling. */
    private static String decode(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw InputProblems.malformed("is not valid UTF-8");
        }
    }

    /** An escape such as \ud800 alone is no character: written to the log it would become another one. */
    private static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }
}
