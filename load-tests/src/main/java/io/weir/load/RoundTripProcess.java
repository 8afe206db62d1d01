package io.weir.load;

import io.weir.server.log.Cluster;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * {@link RoundTrip} as a process of its own.
 *
 * <p>Arguments: bootstrap servers, registry, {@link TransactionFile}, input topic, output topic, file for the result, and
 * the {@link LoadPlan}: burst, rate, seconds of warm-up, seconds.
 */
public final class RoundTripProcess {
    /** A contender may take so long to start. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private RoundTripProcess() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        LoadPlan plan = LoadPlan.of(arguments, 6);
        try (RegistryClient registry = new RegistryClient(arguments[1])) {
            Schemas schemas = Schemas.load(registry, Duration.ofSeconds(10));
            new RoundTrip(
                            Cluster.at(arguments[0]),
                            schemas,
                            arguments[3],
                            arguments[4],
                            RoundTrip.Correlation.byEvent(schemas),
                            PATIENCE)
                    .run(plan, TransactionFile.read(Path.of(arguments[2]), plan.requests()))
                    .write(Path.of(arguments[5]));
        }
    }
}
