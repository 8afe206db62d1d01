package io.weir.server.log;

import java.util.List;
import java.util.Map;

/** What is written and committed together, or not at all. */
public interface Committable {
    /** The records to write; made when they are first asked for, by whom they are written. */
    List<OutputRecord> records();

    /** For every partition of the transaction log that it is about, the position after it; once {@link #records} are made. */
    Map<Integer, CommittedPosition> positions();
}
