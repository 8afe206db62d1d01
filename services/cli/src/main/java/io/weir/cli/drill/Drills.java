package io.weir.cli.drill;

import java.util.List;
import java.util.stream.Stream;

/** Every drill there is, the most important first. */
record Drills(List<Drill> all) {
    /**
     * All of them.
     *
     * @param upgrade as the command has its versions
     */
    static Drills with(RollingUpgrade upgrade) {
        return new Drills(Stream.of(
                        EngineDrills.all(),
                        BrokerDrills.all(),
                        List.<Drill>of(upgrade),
                        InputDrills.all(),
                        BreakageDrills.all())
                .flatMap(List::stream)
                .toList());
    }

    /** @throws IllegalArgumentException if there is none of this name; the message has those that there are */
    Drill named(String name) {
        return all.stream()
                .filter(drill -> drill.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no drill " + name + "; there are "
                        + String.join(", ", all.stream().map(Drill::name).toList()) + " and all"));
    }
}
