package io.weir.load;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.events.Topics;
import io.weir.server.log.Cluster;
import io.weir.server.model.Models;
import io.weir.server.policy.PolicySource;
import io.weir.server.schemas.RegistryClient;
import io.weir.server.schemas.Schemas;
import io.weir.server.score.Follower;
import java.time.Duration;

/**
 * Restores the state of the engines from the whole log, reads that log with a plain consumer, and restores the state from its
 * snapshots, in turn, several times over in one process: first as a process does that has just started, then compiled. Nothing
 * else runs in it.
 *
 * <p>Arguments: bootstrap servers, registry, partitions, how many times, whether from snapshots too. Prints a JSON object.
 */
public final class RestoreProcess {
    /** How many records the log has. */
    public static final String RECORDS = "records";

    /** How many seconds each restore took, from connecting to the whole state. */
    public static final String RESTORE_SECONDS = "restoreSeconds";

    /** How many seconds the plain consumer took after each. */
    public static final String PLAIN_SECONDS = "plainSeconds";

    /** How many seconds each restore from the snapshots and the tail of the log took. */
    public static final String SNAPSHOT_SECONDS = "snapshotSeconds";

    private static final Duration TICK = Duration.ofMillis(2);

    private RestoreProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        Cluster cluster = Cluster.at(arguments[0]);
        long records = 0;
        JsonArray restoreSeconds = new JsonArray();
        JsonArray plainSeconds = new JsonArray();
        JsonArray snapshotSeconds = new JsonArray();
        boolean fromSnapshots = Boolean.parseBoolean(arguments[4]);
        try (RegistryClient registry = new RegistryClient(arguments[1]);
                CommittedOutput log =
                        new CommittedOutput(cluster, Topics.TRANSACTIONS.topicName(), Integer.parseInt(arguments[2]))) {
            Schemas schemas = Schemas.load(registry, Duration.ofSeconds(10));
            for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
                long startedNs = System.nanoTime();
                restore(cluster, schemas, true);
                long restoredNs = System.nanoTime();
                records = log.count();
                restoreSeconds.add((restoredNs - startedNs) / 1e9);
                long countedNs = System.nanoTime();
                plainSeconds.add((countedNs - restoredNs) / 1e9);
                if (fromSnapshots) {
                    restore(cluster, schemas, false);
                    snapshotSeconds.add((System.nanoTime() - countedNs) / 1e9);
                }
            }
        }
        System.out.println(new JsonObject()
                .put(RECORDS, records)
                .put(RESTORE_SECONDS, restoreSeconds)
                .put(PLAIN_SECONDS, plainSeconds)
                .put(SNAPSHOT_SECONDS, snapshotSeconds)
                .encode());
    }

    private static void restore(Cluster cluster, Schemas schemas, boolean fromTheLog) throws InterruptedException {
        try (Follower follower = new Follower(cluster, "weir-bench-restore", schemas, PolicySource.of(new Models()))) {
            if (fromTheLog) {
                follower.ignoreSnapshots();
            }
            follower.start();
            while (follower.notReadyBecause() != null) {
                Thread.sleep(TICK);
            }
        }
    }
}
