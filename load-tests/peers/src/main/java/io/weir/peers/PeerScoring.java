package io.weir.peers;

import io.weir.core.decide.InTransit;
import io.weir.core.decide.KeyedAccount;
import io.weir.core.decide.KeyedEntity;
import io.weir.core.decide.KeyedScoring;
import io.weir.core.decide.Relabelling;
import io.weir.core.policy.Entity;
import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.EventReader;
import io.weir.events.EventWriter;
import io.weir.events.MalformedValueException;
import io.weir.events.SchemaIds;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import io.weir.peers.Steps.Carried;
import io.weir.peers.Steps.LogRecord;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a decision, from bytes to bytes: what a peer does at a key, whatever framework brought the event there and
 * keeps the state. Not thread-safe.
 */
public final class PeerScoring {
    private static final Logger log = LoggerFactory.getLogger(PeerScoring.class);

    private final KeyedScoring scoring;
    private final EventReader reader;
    private final EventWriter writer;
    private final Steps steps;

    /**
     * Steps of a policy.
     *
     * @param schemas of its events
     */
    public PeerScoring(Policy policy, SchemaIds schemas) {
        scoring = new KeyedScoring(policy);
        reader = new EventReader(schemas);
        writer = new EventWriter(schemas);
        steps = new Steps(reader);
    }

    /** Where an event goes next. */
    public interface Output {
        /** To an entity of one of {@link KeyedScoring#kinds}. */
        void toEntity(Entity kind, String id, byte[] step);

        /** To the topic of decisions. */
        void decided(String accountId, byte[] decision);
    }

    /** State of accounts and entities, and its bytes. */
    public KeyedScoring scoring() {
        return scoring;
    }

    /** A record of the transaction log as a step to its account, the record's key. */
    public static byte[] fromLog(int partition, long offset, byte[] value) {
        return Steps.write(partition, offset, value);
    }

    /**
     * A record of the transaction log comes to its account. What is no event, repeats another or cannot be folded goes nowhere.
     *
     * @param step of {@link #fromLog}
     * @return whether the account has changed
     */
    boolean atAccount(KeyedAccount account, byte[] step, Output out) {
        LogRecord logged = Steps.readLogRecord(step);
        int partition = logged.partition();
        long offset = logged.offset();
        byte[] value = logged.value();
        Event event;
        try {
            event = reader.read(value);
        } catch (MalformedValueException e) {
            log.warn("{}/{} is left out: {}", partition, offset, e.getMessage());
            return false;
        }
        if (!event.key().equals(account.id())) {
            log.warn("{}/{} is left out: its key is not its account", partition, offset);
            return false;
        }
        switch (event) {
            case TransactionSubmitted transaction -> {
                InTransit inTransit = scoring.fold(account, transaction, partition, offset);
                if (inTransit == null) {
                    return false;
                }
                send(new Carried(inTransit, value), scoring.kinds(), out);
            }
            case TransactionLabelled label -> {
                Relabelling change = scoring.fold(account, label);
                if (change != null) {
                    byte[] relabelling = Steps.write(change);
                    change.entities().forEach((kind, id) -> out.toEntity(kind, id, relabelling));
                }
            }
            default -> {
                log.warn(
                        "{}/{} is left out: {} is no event of this log",
                        partition,
                        offset,
                        event.type().name());
                return false;
            }
        }
        return true;
    }

    /** A step comes to its entity, which is changed by it. */
    void atEntity(KeyedEntity entity, byte[] step, Output out) {
        if (Steps.isLabel(step)) {
            scoring.fold(entity, Steps.readLabel(step));
            return;
        }
        Carried carried = steps.readTransaction(step);
        scoring.fold(entity, carried.inTransit());
        List<Entity> kinds = scoring.kinds();
        send(carried, kinds.subList(kinds.indexOf(entity.kind()) + 1, kinds.size()), out);
    }

    /** To the first of these kinds that the transaction names; if it names none, it is decided here. */
    private void send(Carried carried, List<Entity> kinds, Output out) {
        TransactionSubmitted transaction = carried.inTransit().transaction();
        for (Entity kind : kinds) {
            String id = kind.idIn(transaction);
            if (id != null) {
                out.toEntity(kind, id, Steps.write(carried));
                return;
            }
        }
        out.decided(transaction.accountId(), writer.write(scoring.decide(carried.inTransit())));
    }
}
