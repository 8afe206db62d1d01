package io.weir.events;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;

/** A registry that knows what it is told, and this build's own schemas under 1, 2, 3 ... */
final class KnownSchemas implements SchemaIds {
    private final Map<Integer, Schema> schemas = new HashMap<>();

    KnownSchemas() {
        for (EventType<?> type : EventType.all()) {
            schemas.put(idOf(type), type.schema());
        }
    }

    /** Registers a schema and answers its id. */
    int register(Schema schema) {
        int id = 1000 + schemas.size();
        schemas.put(id, schema);
        return id;
    }

    @Override
    public int idOf(EventType<?> type) {
        return 1 + EventType.all().indexOf(type);
    }

    @Override
    public Schema schemaOf(int id) {
        return schemas.get(id);
    }

    /** A record value: the wire format's header and an Avro body. */
    static byte[] value(int id, byte[] body) {
        return ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(id)
                .put(body)
                .array();
    }
}
