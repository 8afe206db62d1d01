package io.weir.cli.status;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an instance's {@code /metrics} say. */
record Meters(List<Meter> all) {
    private static final Pattern LINE = Pattern.compile("(weir_\\w+)(?:\\{(.*)})? (\\S+)");
    private static final Pattern STATE = Pattern.compile(",?state=\"(\\w+)\"");

    /**
     * One sample.
     *
     * @param labels as they stand between the braces, may be empty
     */
    record Meter(String name, String labels, double value) {}

    /**
     * A circuit breaker.
     *
     * @param meter that tells of it
     * @param labels which one it is
     * @param state {@code closed}, {@code half open} or {@code open}
     */
    record Breaker(String meter, String labels, String state) {
        static final String CLOSED = "closed";

        boolean closed() {
            return state.equals(CLOSED);
        }
    }

    Meters {
        all = List.copyOf(all);
    }

    /** Of the text format of Prometheus; what is not Weir's is left out. */
    static Meters parse(String text) {
        return new Meters(text.lines()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(line -> new Meter(
                        line.group(1),
                        line.group(2) == null ? "" : line.group(2),
                        Double.parseDouble(number(line.group(3)))))
                .toList());
    }

    private static String number(String text) {
        return text.replace("Inf", "Infinity").replace("+", "");
    }

    /** All samples of a name together. */
    double sum(String name) {
        return all.stream()
                .filter(meter -> meter.name.equals(name))
                .mapToDouble(Meter::value)
                .sum();
    }

    /** Every breaker with its state, whatever it protects: told as a number, or as the one of several labels that is 1. */
    List<Breaker> breakers() {
        return all.stream()
                .filter(meter -> meter.name.endsWith("_breaker_state"))
                .map(Meters::breaker)
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Breaker> breaker(Meter meter) {
        Matcher label = STATE.matcher(meter.labels);
        if (!label.find()) {
            String state = meter.value == 0 ? Breaker.CLOSED : meter.value == 1 ? "half open" : "open";
            return Optional.of(new Breaker(meter.name, meter.labels, state));
        }
        return meter.value == 0
                ? Optional.empty()
                : Optional.of(new Breaker(
                        meter.name, label.replaceFirst(""), label.group(1).replace('_', ' ')));
    }

    /** What else is told of breakers, unless it is 0. */
    List<Meter> breakerEvents() {
        return all.stream()
                .filter(meter -> meter.name.contains("breaker") && !meter.name.endsWith("_breaker_state"))
                .filter(meter -> meter.value != 0)
                .toList();
    }
}
