package io.weir.cli.bench;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.Policy;
import io.weir.events.Decision;
import io.weir.events.EventReader;
import io.weir.events.SchemaIds;
import io.weir.events.TransactionDecided;
import io.weir.load.CommittedOutput;
import io.weir.server.policy.DefaultPolicy;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a contender has decided, to be held against what another one has on the same log.
 *
 * <p>Windows over an account are the same for whoever reads the log, bit for bit, since its events have one order. With more
 * than one partition, what of two accounts comes first to a terminal is chance, so features over terminals and what follows
 * from them can differ, for events that lie close to each other.
 */
final class Verdicts {
    private final int[] accountFeatures;
    private final Map<Position, Verdict> byPosition = new HashMap<>();
    private long repeated;

    private record Position(int partition, long offset) {}

    private record Verdict(String transactionId, Decision decision, double score, long accountFeatures) {}

    /**
     * How two agree.
     *
     * @param compared transactions that both have decided
     * @param onlyOne transactions that one of them has not decided
     * @param accountFeatures of those compared, how many have the same features over the account, to the bit
     * @param scores how many have the same score, to the bit
     * @param decisions how many have the same decision
     */
    record Agreement(long compared, long onlyOne, long accountFeatures, long scores, long decisions) {
        /** Whether they agree in everything that does not depend on chance. */
        boolean isSound() {
            return onlyOne == 0 && accountFeatures == compared;
        }
    }

    /** None yet, by a policy. */
    Verdicts(Policy policy) {
        accountFeatures = IntStream.range(0, policy.features().size())
                .filter(feature -> policy.features().get(feature) instanceof Aggregated aggregated
                        && isOfAccount(aggregated.aggregate()))
                .toArray();
    }

    private static boolean isOfAccount(Aggregate aggregate) {
        return aggregate.entity() == Entity.ACCOUNT;
    }

    /** Reads all that has been committed, by the policy that Weir starts with. */
    static Verdicts read(CommittedOutput output, SchemaIds schemas) {
        Verdicts verdicts = new Verdicts(defaultPolicy());
        EventReader reader = new EventReader(schemas);
        output.read(record -> verdicts.add((TransactionDecided) reader.read(record.value())));
        return verdicts;
    }

    private static Policy defaultPolicy() {
        try {
            return new PolicyCompiler().compile(DefaultPolicy.document());
        } catch (PolicyException e) {
            throw new IllegalStateException("the default policy does not compile", e);
        }
    }

    /** Transactions that are decided. */
    long size() {
        return byPosition.size();
    }

    /** Decisions beyond the first on a transaction. */
    long repeated() {
        return repeated;
    }

    void add(TransactionDecided decided) {
        long features = 1;
        for (int feature : accountFeatures) {
            features = features * 0x9E37_79B9_7F4A_7C15L + Double.doubleToRawLongBits(decided.featureValues()[feature]);
            features ^= features >>> 29;
        }
        Verdict before = byPosition.put(
                new Position(decided.sourcePartition(), decided.sourceOffset()),
                new Verdict(decided.transactionId(), decided.decision(), decided.score(), features));
        if (before != null) {
            repeated++;
        }
    }

    /**
     * Holds another's against these.
     *
     * @throws IOException when one of them has decided something twice
     */
    Agreement with(Verdicts other) throws IOException {
        if (repeated + other.repeated > 0) {
            throw new IOException(repeated + other.repeated + " transactions were decided more than once");
        }
        long compared = 0;
        long features = 0;
        long scores = 0;
        long decisions = 0;
        for (Map.Entry<Position, Verdict> entry : byPosition.entrySet()) {
            Verdict mine = entry.getValue();
            Verdict its = other.byPosition.get(entry.getKey());
            if (its != null && its.transactionId.equals(mine.transactionId)) {
                compared++;
                features += its.accountFeatures == mine.accountFeatures ? 1 : 0;
                scores += Double.compare(its.score, mine.score) == 0 ? 1 : 0;
                decisions += its.decision == mine.decision ? 1 : 0;
            }
        }
        long onlyOne = byPosition.size() + other.byPosition.size() - 2 * compared;
        return new Agreement(compared, onlyOne, features, scores, decisions);
    }
}
