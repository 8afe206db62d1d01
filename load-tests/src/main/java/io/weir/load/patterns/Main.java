package io.weir.load.patterns;

import io.weir.server.log.Cluster;
import java.util.List;

/**
 * A pattern as a process; ends in order when it is asked to. Arguments: as {@link #arguments} makes them.
 */
public final class Main {
    private Main() {}

    /** What the process is to be started with. */
    public static List<String> arguments(Pattern pattern, Job job) {
        return List.of(
                pattern.name(),
                job.cluster().bootstrapServers(),
                job.input(),
                job.group(),
                job.member(),
                job.guarantee().name(),
                job.work().kind().name(),
                String.valueOf(job.work().hashRounds()),
                job.work().output());
    }

    /** Works until the process is asked to end. */
    public static void main(String[] arguments) {
        Job job = new Job(
                Cluster.at(arguments[1]),
                arguments[2],
                arguments[3],
                arguments[4],
                Guarantee.valueOf(arguments[5]),
                new Work(Work.Kind.valueOf(arguments[6]), Integer.parseInt(arguments[7]), arguments[8]));
        Pattern.Running running = Pattern.valueOf(arguments[0]).of(job);
        Thread working = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running, working), "stop"));
        running.run();
    }

    private static void stop(Pattern.Running running, Thread working) {
        running.stop();
        try {
            working.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
