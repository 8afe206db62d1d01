package io.weir.load.patterns;

import java.util.Locale;
import java.util.function.Function;

/** The patterns. */
@SuppressWarnings("ImmutableEnumChecker") // constructors
public enum Pattern {
    /** One thread: poll, work, produce, commit. */
    POLL_LOOP(PollLoop::new),
    /** One thread polls and produces, others work. */
    WORKER_POOL(WorkerPool::new),
    /** A stream with bounded concurrency, by reactor-kafka. */
    REACTIVE(Reactive::new),
    /** Weir's engine: one thread works, what it made of the last batch is committed meanwhile, by two producers in turn. */
    ENGINE(AlternatingProducers::new);

    private final Function<Job, Running> start;

    Pattern(Function<Job, Running> start) {
        this.start = start;
    }

    /** One at work. Whatever goes wrong ends {@link #run}: a restart begins at the committed positions. */
    public interface Running {
        /** Works until it is stopped; what was begun is finished or taken back. */
        void run();

        /** Ends {@link #run}, soon. From any thread. */
        void stop();
    }

    /** One that has not begun. */
    public Running of(Job job) {
        return start.apply(job);
    }

    /** As it stands on a command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
