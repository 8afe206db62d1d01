package io.weir.server.score;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Profile;
import io.weir.core.policy.Entity;
import io.weir.events.SchemaIds;
import io.weir.server.http.Readiness;
import io.weir.server.log.Cluster;
import io.weir.server.log.CommittedPosition;
import io.weir.server.log.EngineLog;
import io.weir.server.log.Failure;
import io.weir.server.log.GroupPositions;
import io.weir.server.log.KafkaEngineLog;
import io.weir.server.log.TailReader;
import io.weir.server.policy.PolicySource;
import io.weir.server.score.Restore.Restored;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The state of the engines in a process that has none: restored as an engine restores it, then folded along behind them,
 * up to what they have committed. Decides nothing, writes nothing, belongs to no group.
 */
public final class Follower implements Readiness, AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);
    /** While the state is being warmed. */
    private static final Duration BUSY_POLL = Duration.ofMillis(1);

    private final Cluster cluster;
    private final String clientId;
    private final SchemaIds schemaIds;
    private final PolicySource compiler;
    private final Questions questions = new Questions();
    private final Restarting lives;
    private volatile @Nullable String notReadyBecause = "it has not started yet";
    private volatile boolean ignoreSnapshots;

    /**
     * A follower; {@link #start} starts it.
     *
     * @param clientId Kafka's client id, in broker logs and quotas
     * @param compiler from a policy document to the policy; throws if it does not compile
     */
    public Follower(Cluster cluster, String clientId, SchemaIds schemaIds, PolicySource compiler) {
        this.cluster = cluster;
        this.clientId = clientId;
        this.schemaIds = schemaIds;
        this.compiler = compiler;
        this.lives = new Restarting(clientId, new Restarting.Life() {
            @Override
            public void run() {
                follow();
            }

            @Override
            public void end() {
                // it looks after every poll
            }

            @Override
            public void failed(Throwable cause, Failure failure) {
                notReadyBecause = EngineStatus.told(cause, failure);
                questions.refuse(cause.getMessage() == null ? cause.toString() : cause.getMessage());
            }
        });
    }

    /** Has it rebuild its state from the whole log, as if there were no snapshots. To be called before {@link #start}. */
    public void ignoreSnapshots() {
        ignoreSnapshots = true;
    }

    public void start() {
        lives.start();
    }

    /** What is known of an account or another entity; it fails while the state is being restored. Never blocks. */
    public CompletionStage<@Nullable Profile> profile(Entity kind, String id) {
        return questions.ask(kind, id);
    }

    @Override
    public String name() {
        return "state";
    }

    @Override
    public @Nullable String notReadyBecause() {
        return notReadyBecause;
    }

    @Override
    public void close() {
        lives.close();
    }

    private void follow() {
        try (EngineLog log = new KafkaEngineLog(cluster, clientId)) {
            TailReader tail = new TailReader(log.open("tail"));
            RecordDecoder decoder = new RecordDecoder(schemaIds, tail::partitions);
            Restored restored = restore(log, tail, decoder);
            if (restored == null) {
                return;
            }
            DecisionStateMachine machine = restored.machine();
            PolicyBook book = new PolicyBook(compiler, machine, Duty.DECIDE);
            Folding folding = new Folding(decoder, machine, book);
            Warming warming = new Warming(log, decoder, machine, book, Warming.PACE, Warming.Reports.NONE);
            long[] from = restored.positions();
            for (int partition = 0; partition < from.length; partition++) {
                tail.follow(partition, from[partition], 0);
            }
            limit(tail, restored.committed());
            long controlTarget = tail.controlEnd();
            GroupPositions positions = log.positions();
            boolean caughtUp = false;
            while (!lives.isClosing()) {
                folding.fold(tail.poll(notReadyBecause == null && warming.underWay() ? BUSY_POLL : POLL));
                caughtUp = caughtUp || hasReached(tail, restored.committed(), controlTarget);
                if (caughtUp && notReadyBecause != null) {
                    machine.restored();
                    notReadyBecause = null;
                }
                if (notReadyBecause == null) {
                    warming.goOn(() -> positions(tail, from.length), false, () -> {});
                }
                answer(machine);
                limitTo(positions, tail);
            }
        }
    }

    private @Nullable Restored restore(EngineLog log, TailReader tail, RecordDecoder decoder) {
        try (Restore restore = new Restore(log, tail, decoder, compiler, ignoreSnapshots)) {
            Restored restored = null;
            while (restored == null && !lives.isClosing()) {
                restored = restore.goOn();
                notReadyBecause = "it restores its state: " + restore.snapshots() + " snapshots and "
                        + restore.records() + " records so far";
                questions.refuse("the state is being restored");
            }
            return restored;
        }
    }

    private void answer(DecisionStateMachine machine) {
        if (notReadyBecause == null) {
            questions.answer(machine);
        } else {
            questions.refuse("the state is being restored");
        }
    }

    private static long[] positions(TailReader tail, int partitions) {
        return IntStream.range(0, partitions).mapToLong(tail::position).toArray();
    }

    private static void limitTo(GroupPositions positions, TailReader tail) {
        Map<Integer, CommittedPosition> answer = positions.take();
        if (answer != null) {
            limit(tail, answer);
        }
        if (!positions.asking()) {
            positions.ask(false);
        }
    }

    private static void limit(TailReader tail, Map<Integer, CommittedPosition> committed) {
        committed.forEach((partition, position) -> tail.limit(partition, position.offset()));
    }

    private static boolean hasReached(TailReader tail, Map<Integer, CommittedPosition> target, long controlTarget) {
        return tail.controlPosition() >= controlTarget
                && target.keySet().stream().allMatch(tail::reached);
    }
}
