package io.weir.core.decide;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A state machine and how far it has folded each partition of a log. */
final class LogFollower {
    final DecisionStateMachine machine;
    /** By partition, how many of its records have been folded or passed. */
    final int[] folded = new int[RandomLog.PARTITIONS];

    private final List<List<RandomLog.Entry>> partitions;
    private final Random random;

    /** One that has folded nothing yet of the records of each partition. */
    LogFollower(DecisionStateMachine machine, List<List<RandomLog.Entry>> partitions, Random random) {
        this.machine = machine;
        this.partitions = partitions;
        this.random = random;
    }

    /** One that has loaded snapshots, and replays from where the last completed sweep began up to a vector. */
    static LogFollower restore(
            SnapshotTopics topics,
            int[] to,
            int exactEvents,
            Selections kept,
            List<List<RandomLog.Entry>> partitions,
            Random random) {
        LogFollower restored = new LogFollower(topics.load(exactEvents, kept), partitions, random);
        for (int partition = 0; partition < RandomLog.PARTITIONS; partition++) {
            List<RandomLog.Entry> records = partitions.get(partition);
            long from = topics.completed.positions()[partition];
            while (restored.folded[partition] < records.size()
                    && records.get(restored.folded[partition]).offset() < from) {
                restored.folded[partition]++;
            }
        }
        restored.foldTo(to);
        restored.machine.restored();
        return restored;
    }

    /** Folds the next records of a partition, if it has any. */
    void fold(int partition, int records) {
        List<RandomLog.Entry> all = partitions.get(partition);
        for (int i = 0; i < records && folded[partition] < all.size(); i++) {
            RandomLog.Entry entry = all.get(folded[partition]++);
            machine.fold(entry.event(), entry.partition(), entry.offset());
        }
    }

    /** Folds every partition at least up to a vector, in runs of chance. */
    void foldTo(int[] to) {
        while (!reached(to)) {
            int partition = random.nextInt(to.length);
            fold(partition, Math.min(1 + random.nextInt(4), to[partition] - folded[partition]));
        }
    }

    /** Decides the next record of a partition. */
    Outcome decide(int partition) {
        RandomLog.Entry entry = partitions.get(partition).get(folded[partition]++);
        return machine.decide(entry.event(), entry.partition(), entry.offset());
    }

    /** All records of a partition. */
    List<RandomLog.Entry> records(int partition) {
        return partitions.get(partition);
    }

    /** The partitions that are not at their end. */
    List<Integer> unfinished() {
        List<Integer> unfinished = new ArrayList<>();
        for (int partition = 0; partition < folded.length; partition++) {
            if (folded[partition] < partitions.get(partition).size()) {
                unfinished.add(partition);
            }
        }
        return unfinished;
    }

    /** A vector at or past this one. */
    int[] later() {
        int[] later = folded.clone();
        for (int partition = 0; partition < later.length; partition++) {
            later[partition] += random.nextInt(partitions.get(partition).size() - later[partition] + 1);
        }
        return random.nextBoolean() ? later : folded.clone();
    }

    /** By partition, the offset before which everything has been folded. */
    long[] positions() {
        long[] positions = new long[folded.length];
        for (int partition = 0; partition < positions.length; partition++) {
            List<RandomLog.Entry> records = partitions.get(partition);
            int next = folded[partition];
            positions[partition] = next == 0 ? 0 : records.get(next - 1).offset() + 1;
        }
        return positions;
    }

    private boolean reached(int[] vector) {
        return Arrays.equals(folded, max(folded, vector));
    }

    static int[] max(int[] a, int[] b) {
        int[] max = a.clone();
        for (int i = 0; i < max.length; i++) {
            max[i] = Math.max(max[i], b[i]);
        }
        return max;
    }
}
