package io.weir.server.audit;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Selections;
import io.weir.core.policy.Entity;
import io.weir.core.window.StateFormatException;
import io.weir.events.AccountSnapshot;
import io.weir.events.EntitySnapshot;
import io.weir.events.Event;
import io.weir.events.SchemaIds;
import io.weir.events.SweepCompleted;
import io.weir.events.Topics;
import io.weir.server.log.Cluster;
import io.weir.server.log.EngineLog;
import io.weir.server.log.History;
import io.weir.server.log.KafkaEngineLog;
import io.weir.server.log.LogRecord;
import io.weir.server.log.SnapshotReader;
import io.weir.server.score.RecordDecoder;
import io.weir.server.score.RecordDecoder.UndecodableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The latest snapshot of every account and other entity.
 *
 * @param sweep what the last complete sweep says; null if there is none, and the rest is then of no use
 * @param damaged keys of snapshots that cannot be read, with why
 */
record Snapshots(
        @Nullable SweepCompleted sweep,
        List<AccountSnapshot> accounts,
        List<EntitySnapshot> entities,
        Map<String, String> damaged) {
    private static final Duration POLL = Duration.ofMillis(100);

    /** No snapshots. */
    static final Snapshots NONE = new Snapshots(null, List.of(), List.of(), Map.of());

    Snapshots {
        accounts = List.copyOf(accounts);
        entities = List.copyOf(entities);
        damaged = Map.copyOf(damaged);
    }

    /** Reads them all. Blocks. */
    static Snapshots read(Cluster cluster, SchemaIds schemaIds) {
        try (EngineLog log = new KafkaEngineLog(cluster, "weir-audit");
                SnapshotReader reader = new SnapshotReader(log)) {
            while (!reader.readOn(POLL)) {
                Thread.onSpinWait(); // it waits for the log itself
            }
            return decoded(reader, new RecordDecoder(schemaIds));
        }
    }

    private static Snapshots decoded(SnapshotReader reader, RecordDecoder decoder) {
        Map<String, String> damaged = new java.util.TreeMap<>();
        List<AccountSnapshot> accounts = new ArrayList<>();
        List<EntitySnapshot> entities = new ArrayList<>();
        for (LogRecord record : reader.accounts()) {
            if (decode(decoder, record, damaged) instanceof AccountSnapshot snapshot) {
                keep(snapshot, snapshot.intact(), snapshot.formatVersion(), accounts, damaged);
            }
        }
        for (LogRecord record : reader.entities()) {
            if (decode(decoder, record, damaged) instanceof EntitySnapshot snapshot) {
                keep(snapshot, snapshot.intact(), snapshot.formatVersion(), entities, damaged);
            }
        }
        LogRecord sweep = reader.sweep();
        return new Snapshots(
                sweep != null && decode(decoder, sweep, damaged) instanceof SweepCompleted completed ? completed : null,
                accounts,
                entities,
                damaged);
    }

    private static <S extends Event> void keep(
            S snapshot, boolean intact, int formatVersion, List<S> intacts, Map<String, String> damaged) {
        if (!intact) {
            damaged.put(snapshot.key(), "its checksum does not fit");
        } else if (formatVersion != DecisionStateMachine.STATE_FORMAT) {
            damaged.put(snapshot.key(), "its state has format version " + formatVersion);
        } else {
            intacts.add(snapshot);
        }
    }

    private static @Nullable Event decode(RecordDecoder decoder, LogRecord record, Map<String, String> damaged) {
        try {
            return decoder.decode(record);
        } catch (UndecodableException e) {
            byte[] key = record.key();
            damaged.put(
                    key == null ? "" : new String(key, java.nio.charset.StandardCharsets.UTF_8),
                    "it cannot be decoded: " + e.getMessage());
            return null;
        }
    }

    /** The kind of entity that a snapshot is of; null if it is none of this version's. */
    static @Nullable Entity kind(EntitySnapshot snapshot) {
        for (Entity kind : Entity.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(snapshot.kind())) {
                return kind;
            }
        }
        return null;
    }

    /**
     * Where a walk begins that has the state of the snapshots; where these are of no use nothing can be verified, nor where
     * they lack something that is to be kept.
     */
    Walk.Start start(History history, Selections kept) {
        SweepCompleted last = sweep;
        if (last == null || !damaged.isEmpty() || last.positions().length != history.partitions()) {
            return Walk.Start.nothingVerifiable(history, kept);
        }
        DecisionStateMachine machine = new DecisionStateMachine(kept);
        Known known = new Known();
        long[] from = last.positions().clone();
        long[] contained = last.positions().clone();
        try {
            for (EntitySnapshot snapshot : entities) {
                machine.load(snapshot);
                Entity kind = kind(snapshot);
                if (kind != null) {
                    known.add(kind, snapshot.id());
                }
                for (int partition = 0; partition < contained.length; partition++) {
                    contained[partition] = Math.max(contained[partition], snapshot.positions()[partition]);
                }
            }
            for (AccountSnapshot snapshot : accounts) {
                machine.load(snapshot);
                known.addAccount(snapshot.accountId(), snapshot.partition());
                contained[snapshot.partition()] = Math.max(contained[snapshot.partition()], snapshot.position());
            }
        } catch (StateFormatException | IndexOutOfBoundsException e) {
            return Walk.Start.nothingVerifiable(history, kept);
        }
        machine.forgetIncomplete();
        if (!machine.selections().equals(kept)) {
            return Walk.Start.nothingVerifiable(history, kept);
        }
        for (int partition = 0; partition < from.length; partition++) {
            if (history.start(Topics.TRANSACTIONS, partition) > from[partition]) {
                return Walk.Start.nothingVerifiable(history, kept);
            }
        }
        return new Walk.Start(machine, from, contained, known);
    }
}
