package io.weir.load.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How often what came of what, and the first things that should not have. Thread-safe. */
public final class Counts {
    private static final int FAULTS_KEPT = 20;

    private final Map<String, Map<String, Long>> byKind = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private long faultCount;

    synchronized void add(String kind, String outcome) {
        byKind.computeIfAbsent(kind, first -> new TreeMap<>()).merge(outcome, 1L, Long::sum);
    }

    /** Something that must not be. */
    synchronized void fault(String what) {
        faultCount++;
        if (faults.size() < FAULTS_KEPT) {
            faults.add(what);
        }
    }

    /** How often, over all kinds. */
    public synchronized long total() {
        return byKind.values().stream().mapToLong(Counts::sum).sum();
    }

    /** How often this outcome, over all kinds. */
    public synchronized long outcome(String outcome) {
        return byKind.values().stream()
                .mapToLong(outcomes -> outcomes.getOrDefault(outcome, 0L))
                .sum();
    }

    /** The kinds that there were. */
    public synchronized List<String> kinds() {
        return List.copyOf(byKind.keySet());
    }

    /** What must not be, the first twenty; empty if all is well. */
    public synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    /** A line for each kind, and one for each fault. */
    public synchronized String table() {
        int width = byKind.keySet().stream().mapToInt(String::length).max().orElse(0);
        StringBuilder table = new StringBuilder();
        byKind.forEach((kind, outcomes) -> table.append(
                "  %%-%ds  %%,9d   %%s%%n".formatted(width).formatted(kind, sum(outcomes), describe(outcomes))));
        faults.forEach(fault -> table.append("  FAULT ").append(fault).append(System.lineSeparator()));
        if (faultCount > faults.size()) {
            table.append("  and %,d more faults%n".formatted(faultCount - faults.size()));
        }
        return table.toString();
    }

    private static long sum(Map<String, Long> outcomes) {
        return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String describe(Map<String, Long> outcomes) {
        return outcomes.entrySet().stream()
                .map(outcome -> "%s: %,d".formatted(outcome.getKey(), outcome.getValue()))
                .collect(Collectors.joining(" · "));
    }
}
