package io.weir.load.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a bench ran on.
 *
 * @param cpu model
 * @param cores that this process may use
 * @param memoryBytes of the machine; 0 if it does not say
 * @param system operating system and kernel
 * @param java the Java that measures, and that children run on
 * @param load one-minute load average before anything was measured: with other work on it, a machine's figures are worth little;
 *     {@code NaN} if the system does not say
 */
public record Machine(String cpu, int cores, long memoryBytes, String system, String java, double load) {
    /** This machine, now. */
    public static Machine describe() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return new Machine(
                value(Path.of("/proc/cpuinfo"), "model name", ":", System.getProperty("os.arch", "unknown")),
                Runtime.getRuntime().availableProcessors(),
                totalMemoryBytes(),
                systemName(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                load < 0 ? Double.NaN : load);
    }

    /** In a line. */
    public String text() {
        String memory = memoryBytes == 0 ? "" : "%,.0f GB, ".formatted(memoryBytes / (double) (1L << 30));
        return "%s, %d %s, %s%s, %s".formatted(cpu, cores, cores == 1 ? "core" : "cores", memory, system, java);
    }

    private static String systemName() {
        String kernel = System.getProperty("os.name") + " " + System.getProperty("os.version");
        String name = value(Path.of("/etc/os-release"), "PRETTY_NAME", "=", "").replace("\"", "");
        return name.isEmpty() ? kernel : name + ", " + kernel;
    }

    private static long totalMemoryBytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 0;
    }

    /** The first value of a name in a file of names and values; another one if the file or the name is not there. */
    static String value(Path file, String name, String separator, String otherwise) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(name) && line.contains(separator))
                    .map(line -> line.substring(line.indexOf(separator) + 1).strip())
                    .findFirst()
                    .orElse(otherwise);
        } catch (IOException e) {
            return otherwise;
        }
    }
}
