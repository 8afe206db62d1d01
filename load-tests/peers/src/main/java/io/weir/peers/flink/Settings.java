package io.weir.peers.flink;

import io.weir.peers.PeerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.jspecify.annotations.Nullable;

/** Every setting that is not the default, with its reason; README says what each of them did. */
final class Settings {
    private static final int LARGEST_BUFFER_TIMEOUT_MS = 100;

    private Settings() {}

    static Configuration of(PeerOptions options, boolean unaligned) {
        Path checkpoints = options.stateDir().toAbsolutePath().resolve("checkpoints");
        Configuration settings = new Configuration();
        settings.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(options.commitIntervalMs()));
        // One after the other: the next begins when the one before is complete, if that takes longer than the interval.
        settings.set(CheckpointingOptions.MAX_CONCURRENT_CHECKPOINTS, 1);
        settings.set(CheckpointingOptions.ENABLE_UNALIGNED, unaligned);
        // Objects on the heap: no update reads or writes their bytes, checkpoints do.
        settings.set(StateBackendOptions.STATE_BACKEND, "hashmap");
        settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        settings.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        settings.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        // Nothing here may fall back to Kryo.
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        // How long a record waits for others on its way to another task.
        settings.set(
                ExecutionOptions.BUFFER_TIMEOUT,
                Duration.ofMillis(Math.clamp(options.commitIntervalMs() / 10, 1, LARGEST_BUFFER_TIMEOUT_MS)));
        Path last = lastCheckpoint(checkpoints);
        if (last != null) {
            settings.set(StateRecoveryOptions.SAVEPOINT_PATH, last.toUri().toString());
        }
        return settings;
    }

    /** The newest complete checkpoint, of whichever run; null if there is none. */
    private static @Nullable Path lastCheckpoint(Path checkpoints) {
        if (!Files.isDirectory(checkpoints)) {
            return null;
        }
        try (Stream<Path> files = Files.walk(checkpoints, 3)) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .max(Comparator.comparing(Settings::modifiedMs))
                    .map(Path::getParent)
                    .orElse(null);
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoints in " + checkpoints + " cannot be listed", e);
        }
    }

    private static long modifiedMs(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
