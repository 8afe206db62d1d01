package io.weir.cli.bench;

import io.weir.cli.Stack;
import io.weir.events.SchemaIds;
import io.weir.load.CommittedOutput;
import io.weir.load.CommittedOutput.Growth;
import java.io.IOException;

/**
 * A peer that has decided a log that was there.
 *
 * @param growth of its topic
 * @param verdicts what it has decided
 */
record Drain(Growth growth, Verdicts verdicts) {
    /**
     * Lets it decide.
     *
     * @param intervalMs between its commits, milliseconds
     * @param transactions how many there are
     * @throws IOException when it does not decide them all, naming its log
     */
    static Drain of(Peer peer, int intervalMs, int transactions, Stack stack, Bench bench, SchemaIds schemas)
            throws IOException, InterruptedException {
        bench.progress().say("%s decides, with commits every %,d ms ...".formatted(peer.title(), intervalMs));
        try (PeerProcess process = PeerProcess.start(peer, intervalMs, stack, bench);
                CommittedOutput output = new CommittedOutput(
                        stack.cluster(),
                        process.decisions(),
                        bench.stackOptions().partitions())) {
            try {
                Growth growth = bench.await(output, transactions, "decided", process::isAlive);
                return new Drain(growth, Verdicts.read(output, schemas));
            } catch (IOException e) {
                throw new IOException(e.getMessage() + "; its log: " + process.log(), e);
            }
        }
    }
}
