package io.weir.server.audit;

import io.weir.core.decide.Admission;
import io.weir.core.policy.Policy;
import io.weir.events.Decision;
import io.weir.events.EventReader;
import io.weir.events.Hash64;
import io.weir.events.SchemaIds;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import io.weir.server.audit.BacktestReport.Difference;
import io.weir.server.audit.BacktestReport.Side;
import io.weir.server.audit.ChainCheck.Break;
import io.weir.server.log.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** Has another policy decide each transaction on the state that it was decided on. Changes and writes nothing. */
final class Backtest implements Visitor {
    private static final int MOST_VALUABLE = 20;
    private static final long DAY_MS = 86_400_000;
    private static final Comparator<Difference> BY_AMOUNT =
            Comparator.comparingLong(Difference::amountMinor).thenComparing(Difference::transactionId);

    private final Policy policy;
    private final AuditFilter filter;
    private final AuditProgress progress;
    private final EventReader reader;
    private final OutcomeTable outcomes = new OutcomeTable();
    private final Map<Decision, Map<Decision, Long>> flips = new EnumMap<>(Decision.class);
    /** By day since 1970, alerts of the recorded decisions and of the other policy's. */
    private final TreeMap<Long, long[]> alertsByDay = new TreeMap<>();

    private final PriorityQueue<Difference> mostValuable = new PriorityQueue<>(BY_AMOUNT);
    private long notReproduced;
    private long notVerifiable;

    Backtest(Policy policy, SchemaIds schemaIds, AuditFilter filter, AuditProgress progress) {
        this.policy = policy;
        this.filter = filter;
        this.progress = progress;
        this.reader = new EventReader(schemaIds);
    }

    @Override
    public void read(int partition, Tape.Entry entry) {
        progress.folded();
        if (entry.event() instanceof TransactionLabelled label && Admission.violation(label) == null) {
            outcomes.labelled(key(label.accountId(), label.transactionId()), label.fraud());
        }
    }

    @Override
    public void decided(Redecided again) {
        LogRecord record = again.recorded();
        TransactionSubmitted transaction = again.transaction();
        if (record == null
                || !filter.matches(
                        again.partition(),
                        record.timestampMs(),
                        transaction.key().getBytes(StandardCharsets.UTF_8))) {
            return;
        }
        TransactionDecided recorded = again.identical() ? again.outcome().decision() : Matching.decode(reader, record);
        notReproduced += again.identical() ? 0 : 1;
        if (recorded == null) {
            return;
        }
        TransactionDecided other = again.machine()
                .score(policy, transaction, again.partition(), again.source().offset())
                .decision();
        compare(transaction, recorded, other);
        progress.foundVerified();
    }

    @Override
    public void unexpected(int partition, LogRecord recorded, String why) {
        notReproduced++;
    }

    @Override
    public void notVerifiable(int partition, LogRecord recorded, String reason) {
        if (filter.matches(partition, recorded.timestampMs(), recorded.key())) {
            notVerifiable++;
        }
    }

    @Override
    public void broken(Break found) {
        // an audit tells; here only what was decided counts
    }

    BacktestReport report() {
        Side recorded = new Side();
        Side other = new Side();
        outcomes.forEachLabelled((was, is, fraud, amountMinor, currency) -> {
            recorded.add(was, fraud, amountMinor, currency);
            other.add(is, fraud, amountMinor, currency);
        });
        List<Difference> differences =
                mostValuable.stream().sorted(BY_AMOUNT.reversed()).toList();
        return new BacktestReport(
                policy.id(),
                policy.sha256().hex(),
                flips,
                alertsByDay,
                recorded,
                other,
                differences,
                notReproduced,
                notVerifiable,
                progress.records(),
                progress.seconds(),
                progress.recordsPerSecond());
    }

    private void compare(TransactionSubmitted transaction, TransactionDecided recorded, TransactionDecided other) {
        flips.computeIfAbsent(recorded.decision(), none -> new EnumMap<>(Decision.class))
                .merge(other.decision(), 1L, Long::sum);
        long[] alerts =
                alertsByDay.computeIfAbsent(Math.floorDiv(transaction.occurredAtMs(), DAY_MS), unseen -> new long[2]);
        alerts[0] += recorded.decision().alerts() ? 1 : 0;
        alerts[1] += other.decision().alerts() ? 1 : 0;
        outcomes.decided(
                key(transaction.accountId(), transaction.transactionId()),
                recorded.decision(),
                other.decision(),
                transaction.amountMinor(),
                transaction.currency());
        if (recorded.decision() != other.decision()) {
            mostValuable.add(new Difference(
                    transaction.transactionId(),
                    transaction.accountId(),
                    transaction.occurredAtMs(),
                    transaction.amountMinor(),
                    transaction.currency(),
                    recorded.decision(),
                    recorded.score(),
                    other.decision(),
                    other.score()));
            if (mostValuable.size() > MOST_VALUABLE) {
                mostValuable.remove();
            }
        }
    }

    private static long key(String accountId, String transactionId) {
        return new Hash64().add(accountId).add(transactionId).value();
    }
}
