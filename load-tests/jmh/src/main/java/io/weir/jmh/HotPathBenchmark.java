package io.weir.jmh;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Outcome;
import io.weir.core.model.TreeEnsemble;
import io.weir.core.policy.Model;
import io.weir.events.DecisionChain;
import io.weir.events.EventReader;
import io.weir.events.EventWriter;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionSubmitted;
import io.weir.load.BenchmarkHistory;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What one transaction costs the engine, part by part, in nanoseconds, with the default policy and its model and a state of
 * half a million transactions of 5,000 accounts. Every invocation works on the same {@value #MEASURED} transactions;
 * those that change the state begin with a new one.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(HotPathBenchmark.MEASURED)
@Warmup(iterations = 8)
@Measurement(iterations = 10)
@Fork(
        value = 1,
        jvmArgs = {"-Xms2g", "-Xmx2g", "-XX:+UseG1GC"})
@State(Scope.Thread)
public class HotPathBenchmark {
    static final int MEASURED = 100_000;

    private static final int BEFORE = 500_000;

    private final BenchmarkHistory history = new BenchmarkHistory(BEFORE, MEASURED);
    private final byte[][] values = history.values();
    private final List<TransactionDecided> decisions = history.decisions();
    private final EventReader reader = new EventReader(history.schemaIds());
    private final EventWriter writer = new EventWriter(history.schemaIds());
    private final TreeEnsemble trees = model().trees();
    private final float[][] rows = rows();
    private final double[] contributions = new double[trees.features() + 1];

    /** A state that changes. */
    @State(Scope.Thread)
    public static class Folded {
        private DecisionStateMachine machine = new DecisionStateMachine();

        /** Every invocation has its own. */
        @Setup(Level.Invocation)
        public void fold(HotPathBenchmark benchmark) {
            machine = benchmark.history.machine();
            machine.lendDecisions(); // as an engine has them lent
        }
    }

    private Model model() {
        return Objects.requireNonNull(history.policy().model());
    }

    private float[][] rows() {
        List<Integer> inputs = model().inputs();
        float[][] all = new float[decisions.size()][inputs.size()];
        for (int i = 0; i < all.length; i++) {
            for (int j = 0; j < all[i].length; j++) {
                all[i][j] = (float) decisions.get(i).featureValues()[inputs.get(j)];
            }
        }
        return all;
    }

    /** From the bytes of a record to a transaction. */
    @Benchmark
    public void decode(Blackhole blackhole) {
        for (byte[] value : values) {
            blackhole.consume(reader.read(value));
        }
    }

    /** Into the windows of account and terminal, and of what the policy selects. */
    @Benchmark
    public void fold(Folded folded) {
        long offset = history.firstOffset();
        for (TransactionSubmitted transaction : history.measured()) {
            folded.machine.fold(transaction, 0, offset++);
        }
    }

    /** Fold, features, rules, model, reasons. */
    @Benchmark
    public void decide(Folded folded, Blackhole blackhole) {
        long offset = history.firstOffset();
        for (TransactionSubmitted transaction : history.measured()) {
            blackhole.consume(folded.machine.decide(transaction, 0, offset++));
        }
    }

    /** The model's margin alone. */
    @Benchmark
    public void margin(Blackhole blackhole) {
        for (float[] row : rows) {
            blackhole.consume(trees.margin(row));
        }
    }

    /** The model's margin and what each feature did to it. */
    @Benchmark
    public void contributions(Blackhole blackhole) {
        for (float[] row : rows) {
            blackhole.consume(trees.contributions(row, contributions));
        }
    }

    /** From a decision to the bytes of a record. */
    @Benchmark
    public void encode(Blackhole blackhole) {
        for (TransactionDecided decision : decisions) {
            blackhole.consume(writer.write(decision));
        }
    }

    /** From bytes to bytes, and into the chain: all that an engine computes for a transaction. */
    @Benchmark
    public void all(Folded folded, Blackhole blackhole) {
        long offset = history.firstOffset();
        DecisionChain chain = DecisionChain.batch(DecisionChain.START, "");
        for (byte[] value : values) {
            Outcome outcome = folded.machine.decide(reader.read(value), 0, offset++);
            if (outcome instanceof Outcome.Decided decided) {
                byte[] written = writer.write(decided.decision());
                chain.add(written);
                blackhole.consume(written);
            }
        }
        blackhole.consume(chain.head());
    }
}
