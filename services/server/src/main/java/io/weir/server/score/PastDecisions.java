package io.weir.server.score;

import io.weir.events.DecisionChain;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.server.log.CommittedPosition;
import io.weir.server.log.EngineLog;
import io.weir.server.log.KafkaSettings;
import io.weir.server.log.LastBatch;
import io.weir.server.log.OwnPartitions;
import io.weir.server.log.StateLostException;

/** What was decided before this engine: where the chain of decisions of a partition goes on. */
final class PastDecisions {
    private final EngineLog log;
    private final OwnPartitions own;
    private RestoreStart start = RestoreStart.NOTHING;

    PastDecisions(EngineLog log, OwnPartitions own) {
        this.log = log;
        this.own = own;
    }

    void begin(RestoreStart start) {
        this.start = start;
    }

    /**
     * The head of the chain of decisions of a partition that has just come to this engine.
     *
     * @throws StateLostException when the group has lost its position: everything would be decided once more
     */
    Sha256 head(int partition) {
        CommittedPosition committed = own.committed(partition);
        if (committed != null && !committed.chain().isEmpty()) {
            return Sha256.parse(committed.chain());
        }
        LastBatch.Past past = LastBatch.read(log, partition);
        LastBatch last = past.last();
        long contained = start.contained(partition);
        if (committed == null && (past.exists() || contained > 0)) {
            throw new StateLostException(lost(partition, Math.max(contained, last == null ? 0 : last.next())), null);
        }
        // Committed by an older version or set by a tool: the chain goes on where the log says that it ended.
        Sha256 head = last == null ? null : last.head();
        return head == null ? DecisionChain.START : head;
    }

    private static String lost(int partition, long next) {
        String topic = Topics.TRANSACTIONS.topicName();
        String reset = "kafka-consumer-groups --group " + KafkaSettings.SCORER_GROUP + " --topic " + topic + ":"
                + partition + " --reset-offsets --execute --to-offset ";
        return "the group " + KafkaSettings.SCORER_GROUP + " has no position for partition " + partition + " of "
                + topic
                + ", although " + Topics.DECISIONS.topicName()
                + " shows that it has been decided: the position has expired "
                + "or was deleted, and everything would be decided a second time. Remedy: stop all engines and give the "
                + "position back: "
                + (next > 0
                        ? reset + next + " (the end of the partition's own range, o" + partition
                                + ", in the last provenance header there, or what the snapshots contain, if that is more)"
                        : reset + "N, where N is the offset of the first transaction without a decision; the decisions "
                                + "themselves have been deleted, so that only their consumers can tell");
    }
}
