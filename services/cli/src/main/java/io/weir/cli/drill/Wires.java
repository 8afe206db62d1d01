package io.weir.cli.drill;

import io.weir.local.Detour;
import io.weir.local.LocalBroker;
import io.weir.local.LocalStack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** A wire to each broker that has a detour. */
record Wires(List<Wire> all, String bootstrapServers) implements AutoCloseable {
    /** Lays them. */
    static Wires to(LocalStack stack) throws IOException {
        List<Detour> detours = stack.brokers().stream()
                .map(LocalBroker::detour)
                .filter(Objects::nonNull)
                .toList();
        List<Wire> wires = new ArrayList<>();
        for (Detour detour : detours) {
            wires.add(new Wire(detour.clientPort(), detour.brokerPort()));
        }
        return new Wires(
                List.copyOf(wires), detours.stream().map(Detour::address).collect(Collectors.joining(",")));
    }

    @Override
    public void close() throws IOException {
        for (Wire wire : all) {
            wire.close();
        }
    }
}
