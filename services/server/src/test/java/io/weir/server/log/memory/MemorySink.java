package io.weir.server.log.memory;

import io.weir.server.log.CommittedPosition;
import io.weir.server.log.OutputRecord;
import io.weir.server.log.TransactionalSink;
import java.util.Map;
import org.apache.kafka.common.KafkaException;

/** A transactional producer. */
final class MemorySink implements TransactionalSink {
    private final MemoryLog log;
    private final MemoryEngineLog engine;
    private final String transactionalId;
    private final Object writer;
    private int epoch;
    private MemoryGroup.Generation generation;
    /** Null before the first record of a transaction. */
    private MemoryTransaction transaction;
    /** A record was refused: the error comes with the commit. */
    private boolean fenced;

    MemorySink(MemoryLog log, MemoryEngineLog engine, String transactionalId, Object writer) {
        this.log = log;
        this.engine = engine;
        this.transactionalId = transactionalId;
        this.writer = writer;
    }

    @Override
    public void init() {
        epoch = engine.unsureCall("init", () -> log.transactions().init(transactionalId));
    }

    @Override
    public void begin() {
        transaction = null;
        fenced = false;
        generation = MemoryGroup.generation(engine.joined());
    }

    @Override
    public void send(OutputRecord record) {
        engine.call("send", () -> {
            fenced = fenced || !log.transactions().isCurrent(transactionalId, epoch);
            if (!fenced) {
                MemoryPartition partition = log.partition(record.topic().topicName(), record.partition());
                begun().wroteTo(partition);
                partition.append(record.key(), record.value(), record.headers(), log.nowMs(), transaction);
            }
            return null;
        });
    }

    @Override
    public void positions(Map<Integer, CommittedPosition> positions) {
        engine.unsureCall("positions", () -> {
            log.transactions().requireCurrent(transactionalId, epoch);
            log.group().commit(generation, begun(), positions);
            return null;
        });
    }

    /** Asked again after no answer, it tells the outcome. */
    @Override
    public void commit() {
        // What failed before the coordinator was asked: once it has decided, no record can fail any more.
        if ((transaction == null || transaction.isOpen()) && log.fails()) {
            throw new KafkaException("a record could not be written");
        }
        engine.unsureCall("commit", () -> {
            log.transactions().requireCurrent(transactionalId, epoch);
            if (transaction != null && transaction.isOpen()) {
                log.transactions().decide(transaction, true);
            }
            return null;
        });
    }

    @Override
    public void abort() {
        engine.unsureCall("abort", () -> {
            log.transactions().requireCurrent(transactionalId, epoch);
            if (transaction != null && transaction.isOpen()) {
                log.transactions().decide(transaction, false);
            }
            return null;
        });
    }

    /** A transaction that is open may be aborted, or left open. */
    @Override
    public void close() {
        boolean open = transaction != null && transaction.isOpen();
        if (open && log.random().nextBoolean()) {
            log.transactions().decide(transaction, false);
        }
    }

    private MemoryTransaction begun() {
        if (transaction == null) {
            transaction = log.transactions().begin(transactionalId, writer);
        }
        return transaction;
    }
}
