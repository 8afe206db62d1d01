package io.weir.server.views;

import io.weir.server.http.EventJson;
import org.jspecify.annotations.Nullable;

/** An alert on its way to the clients of the stream, written as JSON once for all of them. */
final class StreamedAlert {
    private final int partition;
    private final long offset;
    private final HeldAlert alert;
    private volatile @Nullable String json;

    StreamedAlert(int partition, long offset, HeldAlert alert) {
        this.partition = partition;
        this.offset = offset;
        this.alert = alert;
    }

    int partition() {
        return partition;
    }

    long offset() {
        return offset;
    }

    HeldAlert alert() {
        return alert;
    }

    /** On one line, as a data field of an event must be. */
    String json() {
        String written = json;
        if (written == null) {
            written = EventJson.alert(alert.read()).encode();
            json = written; // a race writes the same text twice
        }
        return written;
    }
}
