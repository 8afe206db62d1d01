package io.weir.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Margins and contributions against what the definitions say, on random trees. */
class TreeEnsembleTest {
    private static final long SEED = Long.getLong("weir.test.seed", 20_261_122);
    private static final int FEATURES = 5;

    /** A tree as people draw it. */
    private sealed interface Node {
        float cover();
    }

    private record Leaf(float value, float cover) implements Node {}

    private record Split(int feature, float at, boolean missingLeft, Node left, Node right) implements Node {
        @Override
        public float cover() {
            return left.cover() + right.cover();
        }

        Node next(float[] row) {
            float value = row[feature];
            boolean goesLeft = Float.isNaN(value) ? missingLeft : value < at;
            return goesLeft ? left : right;
        }
    }

    private static Node random(Random random, int depth) {
        if (depth == 0 || random.nextInt(6) == 0) {
            return new Leaf((float) random.nextGaussian(), 1 + random.nextInt(50));
        }
        return new Split(
                random.nextInt(FEATURES),
                random.nextInt(9) / 4f,
                random.nextBoolean(),
                random(random, depth - 1),
                random(random, depth - 1));
    }

    private static TreeEnsemble ensemble(List<Node> trees, float baseMargin) {
        TreeEnsemble.Builder builder = TreeEnsemble.builder(FEATURES, baseMargin);
        for (Node tree : trees) {
            List<Node> all = new ArrayList<>(List.of(tree));
            for (int i = 0; i < all.size(); i++) {
                if (all.get(i) instanceof Split split) {
                    all.add(split.left());
                    all.add(split.right());
                }
            }
            int size = all.size();
            int[] left = new int[size];
            int[] right = new int[size];
            int[] feature = new int[size];
            float[] value = new float[size];
            boolean[] missingLeft = new boolean[size];
            float[] cover = new float[size];
            int child = 1;
            for (int i = 0; i < size; i++) {
                cover[i] = all.get(i).cover();
                if (all.get(i) instanceof Split split) {
                    left[i] = child++;
                    right[i] = child++;
                    feature[i] = split.feature();
                    value[i] = split.at();
                    missingLeft[i] = split.missingLeft();
                } else if (all.get(i) instanceof Leaf leaf) {
                    left[i] = -1;
                    value[i] = leaf.value();
                }
            }
            builder.tree(left, right, feature, value, missingLeft, cover);
        }
        return builder.build();
    }

    private static float[] row(Random random) {
        float[] row = new float[FEATURES];
        for (int i = 0; i < FEATURES; i++) {
            row[i] = random.nextInt(8) == 0 ? Float.NaN : random.nextInt(9) / 4f;
        }
        return row;
    }

    private static float leaf(Node node, float[] row) {
        Node at = node;
        while (at instanceof Split split) {
            at = split.next(row);
        }
        return ((Leaf) at).value();
    }

    /** The mean leaf where only the features in {@code known} are known: others split the rows as training did. */
    private static double expected(Node node, float[] row, int known) {
        if (node instanceof Leaf leaf) {
            return leaf.value();
        }
        Split split = (Split) node;
        if ((known >> split.feature() & 1) == 1) {
            return expected(split.next(row), row, known);
        }
        return (split.left().cover() * expected(split.left(), row, known)
                        + split.right().cover() * expected(split.right(), row, known))
                / split.cover();
    }

    /** Shapley's formula, over all sets of the other features. */
    private static double shapley(List<Node> trees, float[] row, int feature) {
        double[] factorials = {1, 1, 2, 6, 24, 120};
        double sum = 0;
        for (int known = 0; known < 1 << FEATURES; known++) {
            if ((known >> feature & 1) == 1) {
                continue;
            }
            int size = Integer.bitCount(known);
            double weight = factorials[size] * factorials[FEATURES - size - 1] / factorials[FEATURES];
            for (Node tree : trees) {
                sum += weight * (expected(tree, row, known | 1 << feature) - expected(tree, row, known));
            }
        }
        return sum;
    }

    @Test
    void marginsAndContributionsAreWhatTheDefinitionsSay() {
        Random random = new Random(SEED);
        for (int round = 0; round < 300; round++) {
            List<Node> trees = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                trees.add(random(random, random.nextInt(7)));
            }
            float base = (float) random.nextGaussian();
            TreeEnsemble ensemble = ensemble(trees, base);
            for (int i = 0; i < 10; i++) {
                float[] row = row(random);
                float margin = base;
                double mean = base;
                for (Node tree : trees) {
                    margin += leaf(tree, row);
                    mean += expected(tree, row, 0);
                }
                String where = "seed " + SEED + " round " + round + " row " + i;
                assertThat(ensemble.margin(row)).as(where).isEqualTo(margin);

                double[] quick = new double[FEATURES + 1];
                assertThat(ensemble.contributions(row, quick)).as(where).isEqualTo(margin);
                assertThat(sum(quick)).as(where).isCloseTo(margin, within(1e-5));
                assertThat(quick[FEATURES]).as(where).isCloseTo(mean, within(1e-9));

                double[] exact = new double[FEATURES + 1];
                ensemble.shapley(row, exact);
                assertThat(sum(exact)).as(where).isCloseTo(margin, within(1e-5));
                for (int feature = 0; feature < FEATURES; feature++) {
                    assertThat(exact[feature])
                            .as(where + " feature " + feature)
                            .isCloseTo(shapley(trees, row, feature), within(1e-9));
                }
            }
        }
    }

    @Test
    void aPathWithOneFeatureGivesItEverything() {
        TreeEnsemble ensemble = ensemble(
                List.of(new Split(
                        2, 1, true, new Leaf(-1, 30), new Split(2, 2, true, new Leaf(3, 10), new Leaf(5, 20)))),
                0.5f);
        double[] into = new double[FEATURES + 1];
        ensemble.shapley(new float[] {0, 0, 1.5f, 0, 0}, into);
        double mean = (-30 + 30 + 100) / 60.0;
        assertThat(into[FEATURES]).isCloseTo(0.5 + mean, within(1e-12));
        assertThat(into[2]).isCloseTo(3 - mean, within(1e-12));
        assertThat(ensemble.depth()).isEqualTo(2);
        assertThat(ensemble.trees()).isEqualTo(1);
    }

    @Test
    void probabilityIsTheLogisticFunction() {
        assertThat(TreeEnsemble.probability(0)).isEqualTo(0.5);
        assertThat(TreeEnsemble.probability(200)).isEqualTo(1);
        assertThat(TreeEnsemble.probability(-200)).isCloseTo(0, within(1e-30));
    }

    @Test
    void whatIsNoTreeIsRefusedByName() {
        refused("different lengths", new int[] {-1, 0}, new int[] {0}, new int[] {0}, 1, 1);
        refused(
                "node 0: it splits on feature 9",
                new int[] {1, -1, -1},
                new int[] {2, 0, 0},
                new int[] {9, 0, 0},
                1,
                1);
        refused(
                "node 0: there is none, or it is reached twice",
                new int[] {0, -1},
                new int[] {1, 0},
                new int[] {0, 0},
                1,
                1);
        refused("node 7: there is none", new int[] {1, -1}, new int[] {7, 0}, new int[] {0, 0}, 1, 1);
        refused("its value is NaN", new int[] {-1}, new int[] {0}, new int[] {0}, Float.NaN, 1);
        refused("its cover is 0.0", new int[] {-1}, new int[] {0}, new int[] {0}, 1, 0);
    }

    private static void refused(String message, int[] left, int[] right, int[] feature, float value, float cover) {
        float[] values = new float[left.length];
        float[] covers = new float[left.length];
        Arrays.fill(values, value);
        Arrays.fill(covers, cover);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TreeEnsemble.builder(FEATURES, 0)
                        .tree(left, right, feature, values, new boolean[left.length], covers))
                .withMessageContaining("tree 0")
                .withMessageContaining(message);
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }
}
