package io.weir.peers.streams;

import io.weir.peers.PeerOptions;
import io.weir.peers.PeerPolicy;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The peer on Kafka Streams, as a process; says on standard output when it runs, and ends when it is told to or fails. */
@Command(name = "streams", mixinStandardHelpOptions = true, description = "Decides by Kafka Streams.")
public final class Main implements Callable<Integer> {
    @Mixin
    private PeerOptions options = new PeerOptions();

    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        PeerPolicy policy = PeerPolicy.named(options);
        CountDownLatch ended = new CountDownLatch(1);
        KafkaStreams streams = new KafkaStreams(
                Decisions.topology(
                        policy.compiled(),
                        policy.schemas(),
                        options.transactions(),
                        options.decisions(),
                        options.threads()),
                Settings.of(options));
        streams.setStateListener((is, was) -> {
            if (is == State.RUNNING) {
                System.out.println("running");
            } else if (is == State.ERROR || is == State.NOT_RUNNING) {
                ended.countDown();
            }
        });
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close, "close"));
        streams.start();
        ended.await();
        return 1;
    }
}
