package io.weir.cli.drill;

import java.util.List;
import java.util.stream.Stream;

/** Every drill there is, the most important first. */
final class Drills {
    private static final List<Drill> ALL = Stream.of(
                    EngineDrills.all(), BrokerDrills.all(), InputDrills.all(), BreakageDrills.all())
            .flatMap(List::stream)
            .toList();

    private Drills() {}

    static List<Drill> all() {
        return ALL;
    }

    /** @throws IllegalArgumentException if there is none of this name; the message has those that there are */
    static Drill named(String name) {
        return ALL.stream()
                .filter(drill -> drill.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no drill " + name + "; there are "
                        + String.join(", ", ALL.stream().map(Drill::name).toList()) + " and all"));
    }
}
