package io.weir.server.log;

import io.weir.events.DecisionChain;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The log as an engine sees it that decides in shadow. Its group is idle while no policy is in shadow; when one is again, it
 * goes on where the deciding group is by then, and never before where it was itself: so nothing is decided in shadow of the
 * time between, and nothing twice.
 *
 * <p>Each position is committed with the period that it belongs to, which is named by where on the control topic it began.
 * That tells a restart, which goes on at its own positions, from a beginning.
 */
public final class ShadowLog implements EngineLog {
    private static final char SEPARATOR = ' ';

    private final EngineLog engineLog;
    private final Member member;
    private final Positions positions;
    private final String period;
    private final boolean anew;
    /** By partition, where this period begins for those that it has not been committed for; null before the first answer. */
    private @Nullable Map<Integer, Long> beginnings;

    /**
     * A view of a log.
     *
     * @param engineLog of the group that decides in shadow
     * @param deciding positions of the group that decides
     * @param since where on the control topic the present period began
     * @param anew to begin where the deciding group is also where the period is the same, because the state at the group's own
     *     positions cannot be had any more
     */
    public ShadowLog(EngineLog engineLog, GroupPositions deciding, long since, boolean anew) {
        this.engineLog = engineLog;
        this.period = "c" + since;
        this.anew = anew;
        this.member = new Member(engineLog.member());
        this.positions = new Positions(engineLog.positions(), deciding);
    }

    @Override
    public GroupMember member() {
        return member;
    }

    @Override
    public GroupPositions positions() {
        return positions;
    }

    @Override
    public List<TransactionalSink> sinks() {
        return engineLog.sinks().stream()
                .<TransactionalSink>map(sink -> new Sink(sink, period))
                .toList();
    }

    @Override
    public RecordSource open(String purpose) {
        return engineLog.open(purpose);
    }

    @Override
    public long nanoTime() {
        return engineLog.nanoTime();
    }

    @Override
    public Executor background() {
        return engineLog.background();
    }

    @Override
    public void sleep(long ms) {
        engineLog.sleep(ms);
    }

    @Override
    public void close() {
        engineLog.close();
    }

    /** Where a partition stands, by what the group has committed for it. */
    private CommittedPosition standing(int partition, @Nullable CommittedPosition own) {
        long beginning = Objects.requireNonNull(beginnings, "positions are asked for first")
                .getOrDefault(partition, 0L);
        int end = own == null ? -1 : own.chain().indexOf(SEPARATOR);
        return new CommittedPosition(
                Math.max(beginning, own == null ? 0 : own.offset()),
                own == null || end < 0 ? DecisionChain.START.hex() : own.chain().substring(0, end));
    }

    private boolean isOfThisPeriod(CommittedPosition own) {
        return own.chain().endsWith(SEPARATOR + period);
    }

    private Map<Integer, CommittedPosition> standing(
            Map<Integer, CommittedPosition> own, Map<Integer, CommittedPosition> deciding) {
        if (beginnings == null) {
            Map<Integer, Long> first = new HashMap<>();
            deciding.forEach((partition, position) -> {
                CommittedPosition of = own.get(partition);
                if (anew || of == null || !isOfThisPeriod(of)) {
                    first.put(partition, position.offset());
                }
            });
            beginnings = first;
        }
        Map<Integer, CommittedPosition> standing = new HashMap<>();
        beginnings.keySet().forEach(partition -> standing.put(partition, standing(partition, own.get(partition))));
        own.forEach((partition, position) -> standing.put(partition, standing(partition, position)));
        return standing;
    }

    /** Of both groups. */
    private final class Positions implements GroupPositions {
        private final GroupPositions own;
        private final GroupPositions deciding;
        private @Nullable Map<Integer, CommittedPosition> ownAnswer;
        private @Nullable Map<Integer, CommittedPosition> decidingAnswer;

        Positions(GroupPositions own, GroupPositions deciding) {
            this.own = own;
            this.deciding = deciding;
        }

        @Override
        public void ask(boolean stable) {
            ownAnswer = null;
            own.ask(stable);
            if (beginnings == null) {
                decidingAnswer = null;
                deciding.ask(true);
            }
        }

        @Override
        public boolean asking() {
            return own.asking() || deciding.asking() || ownAnswer != null;
        }

        @Override
        public @Nullable Map<Integer, CommittedPosition> take() {
            ownAnswer = ownAnswer == null ? own.take() : ownAnswer;
            decidingAnswer = decidingAnswer == null ? deciding.take() : decidingAnswer;
            if (ownAnswer == null || decidingAnswer == null) {
                return null;
            }
            Map<Integer, CommittedPosition> answer = standing(ownAnswer, decidingAnswer);
            ownAnswer = null;
            return answer;
        }
    }

    /** Begins a period where it is to begin. */
    private final class Member implements GroupMember {
        private final GroupMember own;

        Member(GroupMember own) {
            this.own = own;
        }

        @Override
        public OptionalLong position(int partition) {
            OptionalLong position = own.position(partition);
            long beginning = standing(partition, null).offset();
            if (position.isPresent() && position.getAsLong() < beginning) {
                own.seek(partition, beginning);
                return OptionalLong.of(beginning);
            }
            return position;
        }

        @Override
        public CommittedPosition committed(int partition) {
            return standing(partition, own.committed(partition));
        }

        @Override
        public void releaseThePast() {
            own.releaseThePast();
        }

        @Override
        public void join(Rebalances rebalances) {
            own.join(rebalances);
        }

        @Override
        public List<LogRecord> poll(Duration timeout) {
            return own.poll(timeout);
        }

        @Override
        public void seek(int partition, long offset) {
            own.seek(partition, offset);
        }

        @Override
        public void pause(Collection<Integer> partitions) {
            own.pause(partitions);
        }

        @Override
        public void resume(Collection<Integer> partitions) {
            own.resume(partitions);
        }

        @Override
        public long lag(int partition) {
            return own.lag(partition);
        }

        @Override
        public boolean isReplaced() {
            return own.isReplaced();
        }

        @Override
        public void wakeUp() {
            own.wakeUp();
        }

        @Override
        public void close() {
            own.close();
        }
    }

    /** Names the period with each position. */
    private record Sink(TransactionalSink sink, String period) implements TransactionalSink {
        @Override
        public void init() {
            sink.init();
        }

        @Override
        public void begin() {
            sink.begin();
        }

        @Override
        public void send(OutputRecord record) {
            sink.send(record);
        }

        @Override
        public void positions(Map<Integer, CommittedPosition> positions) {
            Map<Integer, CommittedPosition> named = new HashMap<>();
            positions.forEach((partition, position) -> named.put(
                    partition, new CommittedPosition(position.offset(), position.chain() + SEPARATOR + period)));
            sink.positions(named);
        }

        @Override
        public void commit() {
            sink.commit();
        }

        @Override
        public void abort() {
            sink.abort();
        }

        @Override
        public void close() {
            sink.close();
        }
    }
}
