package io.weir.cli.bench;

import io.weir.local.LocalHome;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;

/** A program that decides as Weir does, on a framework for streams; see {@code load-tests/peers}. */
enum Peer {
    STREAMS("streams", "Kafka Streams", 1_000, 20, ""),
    /** Its connector needs older Kafka clients, which come first. */
    FLINK("flink", "Apache Flink", 1_000, 20, "flink-lib");

    private final String id;
    private final String title;
    private final int drainIntervalMs;
    private final int latencyIntervalMs;
    private final String firstLib;

    Peer(String id, String title, int drainIntervalMs, int latencyIntervalMs, String firstLib) {
        this.id = id;
        this.title = title;
        this.drainIntervalMs = drainIntervalMs;
        this.latencyIntervalMs = latencyIntervalMs;
        this.firstLib = firstLib;
    }

    /** The one with that word. */
    static Peer of(String id) {
        return Arrays.stream(values())
                .filter(peer -> peer.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(id + " is no peer"));
    }

    /** A word for files, topics and values. */
    String id() {
        return id;
    }

    /** Its name, as people call it. */
    String title() {
        return title;
    }

    /** Milliseconds between its commits where it is to get through as much as it can; from {@code weir bench peers-tuning}. */
    int drainIntervalMs() {
        return drainIntervalMs;
    }

    /** Milliseconds between its commits where it is to answer soon; from {@code weir bench peers-tuning}. */
    int latencyIntervalMs() {
        return latencyIntervalMs;
    }

    String classPath() {
        Path target = LocalHome.find().root().resolve("load-tests/peers/target");
        String first = firstLib.isEmpty() ? "" : target.resolve(firstLib) + "/*" + File.pathSeparator;
        return first + target.resolve("lib") + "/*";
    }

    String mainClass() {
        return "io.weir.peers." + id + ".Main";
    }
}
