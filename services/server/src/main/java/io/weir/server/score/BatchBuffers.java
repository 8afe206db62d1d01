package io.weir.server.score;

import io.weir.core.decide.FeatureRows;
import io.weir.events.EventWriter;
import io.weir.events.SchemaIds;

/**
 * What a batch is made in. An engine has two in turn, because one batch may be made and committed in the background while the
 * next is folded and takes snapshots: nothing of one may be shared with the other.
 *
 * @param rows where features lie until the records are made
 * @param writer of its events
 */
record BatchBuffers(FeatureRows rows, EventWriter writer) {
    BatchBuffers(SchemaIds schemaIds) {
        this(new FeatureRows(), new EventWriter(schemaIds));
    }
}
