package io.weir.load;

/**
 * How much load, how fast: first a burst, then a schedule fixed in advance, of which the first part is a warm-up as well.
 *
 * @param burst requests that go first, as fast as answers come, while JVMs compile
 * @param perSecond the schedule's rate
 * @param warmUpSeconds of the schedule before anything is measured
 * @param seconds of the schedule that are measured
 */
public record LoadPlan(int burst, double perSecond, double warmUpSeconds, double seconds) {
    public LoadPlan {
        if (burst < 0 || !(perSecond > 0) || !(warmUpSeconds >= 0) || !(seconds > 0)) {
            throw new IllegalArgumentException("burst, rate and times must be positive: " + burst + ", " + perSecond
                    + ", " + warmUpSeconds + ", " + seconds);
        }
    }

    /** Scheduled requests before those that are measured. */
    public int warmUp() {
        return (int) Math.round(perSecond * warmUpSeconds);
    }

    /** Requests that are measured. */
    public int measured() {
        return Math.max(1, (int) Math.round(perSecond * seconds));
    }

    /** All requests. */
    public int requests() {
        return burst + warmUp() + measured();
    }

    /** As arguments of a process; {@link #of} reads them. */
    public String[] arguments() {
        return new String[] {
            String.valueOf(burst), String.valueOf(perSecond), String.valueOf(warmUpSeconds), String.valueOf(seconds)
        };
    }

    /** The plan in four of a process's arguments. */
    static LoadPlan of(String[] arguments, int from) {
        return new LoadPlan(
                Integer.parseInt(arguments[from]),
                Double.parseDouble(arguments[from + 1]),
                Double.parseDouble(arguments[from + 2]),
                Double.parseDouble(arguments[from + 3]));
    }
}
