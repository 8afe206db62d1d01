package io.weir.load.scale;

import io.weir.core.policy.Policy;
import io.weir.load.Median;
import io.weir.load.scale.Decider.Round;
import io.weir.server.model.ModelException;
import io.weir.server.policy.DefaultPolicy;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Decides with growing states or policies, in rounds that take turns so that whatever else happens on the machine is everybody's, and
 * writes for each size its medians. Arguments: what grows, sizes with commas between, payments of a round, rounds,
 * history of each account, a file to write.
 */
public final class Main {
    private static final int WARM_UP_ROUNDS = 2;
    private static final long SEED = 20;
    /** Where accounts do not grow: as many as the benchmark has. */
    private static final int ACCOUNTS = 5_000;

    /** What grows. */
    public enum Growing {
        ACCOUNTS,
        RULES,
        TREES
    }

    /**
     * What one size costs.
     *
     * @param perSecond decisions a second
     * @param p99Us microseconds that 99 % of the decisions did not exceed
     */
    public record Cost(int size, double perSecond, double p99Us) {
        /** What was written to a file. */
        public static List<Cost> read(Path file) throws IOException {
            return Files.readAllLines(file).stream()
                    .map(line -> line.split(" ", -1))
                    .map(cells -> new Cost(
                            Integer.parseInt(cells[0]), Double.parseDouble(cells[1]), Double.parseDouble(cells[2])))
                    .toList();
        }
    }

    private Main() {}

    /** Measures, and writes the file last. */
    public static void main(String[] arguments) throws IOException, PolicyException, ModelException {
        Growing growing = Growing.valueOf(arguments[0]);
        int[] sizes = Arrays.stream(arguments[1].split(",", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
        List<Cost> costs = measure(
                growing,
                sizes,
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]));
        Files.write(
                Path.of(arguments[5]),
                costs.stream()
                        .map(cost -> cost.size + " " + cost.perSecond + " " + cost.p99Us)
                        .toList());
    }

    static List<Cost> measure(Growing growing, int[] sizes, int payments, int rounds, int history)
            throws PolicyException, ModelException {
        List<Decider> deciders = new ArrayList<>();
        List<List<Round>> found = new ArrayList<>();
        for (int size : sizes) {
            deciders.add(
                    new Decider(policy(growing, size), growing == Growing.ACCOUNTS ? size : ACCOUNTS, history, SEED));
            found.add(new ArrayList<>());
        }
        for (int round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
            for (int i = 0; i < sizes.length; i++) {
                Round one = deciders.get(i).round(payments);
                if (round >= WARM_UP_ROUNDS) {
                    found.get(i).add(one);
                }
            }
        }
        List<Cost> costs = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            costs.add(new Cost(sizes[i], median(found.get(i), Round::perSecond), median(found.get(i), Round::p99Us)));
        }
        return costs;
    }

    private static Policy policy(Growing growing, int size) throws PolicyException, ModelException {
        return switch (growing) {
            case ACCOUNTS -> new PolicyCompiler().compile(DefaultPolicy.document());
            case RULES -> Generated.rules(size, SEED);
            case TREES -> Generated.trees(size, SEED);
        };
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> value) {
        return Median.of(rounds.stream().mapToDouble(value));
    }
}
