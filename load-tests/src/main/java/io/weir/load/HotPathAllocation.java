package io.weir.load;

import com.sun.management.ThreadMXBean;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.core.decide.DecisionStateMachine;
import io.weir.events.EventReader;
import io.weir.events.EventWriter;
import io.weir.events.TransactionSubmitted;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures what one thread allocates for a transaction: to decode it, to fold it, to fold and decide it, to encode the decision.
 * Arguments: transactions before, which warm up, and those that are measured. Prints a JSON object of bytes a transaction.
 */
public final class HotPathAllocation {
    private static final int STRETCH = 10_000;
    /** What was made is seen by others, as in an engine: it cannot be optimised away. */
    @SuppressWarnings("unused")
    private static volatile @Nullable Object seen;

    private final ThreadMXBean threads;
    private final BenchmarkHistory history;

    private HotPathAllocation(ThreadMXBean threads, BenchmarkHistory history) {
        this.threads = threads;
        this.history = history;
    }

    /** Measures, and prints. */
    public static void main(String[] arguments) {
        if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)
                || !threads.isThreadAllocatedMemorySupported()) {
            throw new IllegalStateException("this JVM does not count what threads allocate");
        }
        BenchmarkHistory history = new BenchmarkHistory(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        System.out.println(new HotPathAllocation(threads, history).measure().encode());
    }

    private JsonObject measure() {
        byte[][] values = history.values();
        JsonObject found = new JsonObject().put("transactions", values.length);
        found.put("decode", decode(values));

        DecisionStateMachine folding = warm();
        long[] fold = stretches((transaction, offset) -> folding.fold(transaction, 0, offset));
        DecisionStateMachine deciding = warm();
        deciding.lendDecisions(); // as an engine has them lent
        long before = StateSize.usedHeap();
        long[] decide = stretches((transaction, offset) -> seen = deciding.decide(transaction, 0, offset));
        seen = null;
        long grown = StateSize.usedHeap() - before;
        seen = deciding; // reachable until it was measured
        JsonArray along = new JsonArray();
        int left = values.length;
        for (long bytes : decide) {
            along.add((double) bytes / Math.min(STRETCH, left));
            left -= STRETCH;
        }
        return found.put("fold", average(fold, values.length))
                .put("decide", average(decide, values.length))
                .put("growth", (double) grown / values.length)
                .put("along", along)
                .put("stretch", STRETCH)
                .put("encode", encode());
    }

    /** A state in which everything before was decided, for the compiler to be done. */
    private DecisionStateMachine warm() {
        DecisionStateMachine machine = history.machine();
        DecisionStateMachine another = new DecisionStateMachine(machine.selections());
        another.activate(history.policy());
        another.lendDecisions();
        for (int offset = 0; offset < history.before().size(); offset++) {
            seen = another.decide(history.before().get(offset), 0, offset);
        }
        return machine;
    }

    /** What is done with a transaction. */
    @FunctionalInterface
    private interface Step {
        void take(TransactionSubmitted transaction, long offset);
    }

    /** Bytes allocated in each stretch of the measured transactions. */
    private long[] stretches(Step step) {
        List<TransactionSubmitted> measured = history.measured();
        long[] bytes = new long[(measured.size() + STRETCH - 1) / STRETCH];
        long offset = history.firstOffset();
        for (int i = 0; i < bytes.length; i++) {
            int end = Math.min(measured.size(), (i + 1) * STRETCH);
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int at = i * STRETCH; at < end; at++) {
                step.take(measured.get(at), offset++);
            }
            bytes[i] = threads.getCurrentThreadAllocatedBytes() - before;
        }
        return bytes;
    }

    private double decode(byte[][] values) {
        EventReader reader = new EventReader(history.schemaIds());
        long bytes = 0;
        for (int pass = 0; pass < 2; pass++) { // the first one is for the compiler
            long before = threads.getCurrentThreadAllocatedBytes();
            for (byte[] value : values) {
                seen = reader.read(value);
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        return (double) bytes / values.length;
    }

    private double encode() {
        EventWriter writer = new EventWriter(history.schemaIds());
        var decisions = history.decisions();
        long bytes = 0;
        for (int pass = 0; pass < 2; pass++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (var decision : decisions) {
                seen = writer.write(decision);
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        return (double) bytes / decisions.size();
    }

    private static double average(long[] bytes, int transactions) {
        long sum = 0;
        for (long each : bytes) {
            sum += each;
        }
        return (double) sum / transactions;
    }
}
