package io.weir.cli.bench;

import io.weir.cli.StackOptions;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Whether peers are measured as well. */
final class PeersOption {
    @Option(names = "--without-peers", description = "Leave out Kafka Streams and Flink.")
    private boolean without;

    /**
     * Those to measure.
     *
     * @throws ParameterException when Weir is to decide by another policy than they
     */
    List<Peer> of(CommandSpec spec, StackOptions stack) {
        if (without) {
            return List.of();
        }
        if (stack.policy() != null) {
            throw new ParameterException(
                    spec.commandLine(), "--policy: peers decide by the built-in one; add --without-peers");
        }
        return List.of(Peer.values());
    }
}
