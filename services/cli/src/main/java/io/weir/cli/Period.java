package io.weir.cli;

import io.weir.server.audit.AuditFilter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options of the commands that look at decisions of a part of history. */
final class Period {
    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            description = "Only decisions appended from then on, for example 2026-11-22T08:00:00Z.")
    private @Nullable Instant from;

    @Option(names = "--to", paramLabel = "INSTANT", description = "Only decisions appended before then.")
    private @Nullable Instant to;

    /** The decisions of this period, and of one partition or account unless null. */
    AuditFilter filter(CommandSpec spec, @Nullable Integer partition, @Nullable String account) {
        if (from != null && to != null && !from.isBefore(to)) {
            throw new ParameterException(spec.commandLine(), "--from is not before --to");
        }
        return new AuditFilter(
                from == null ? null : from.toEpochMilli(), to == null ? null : to.toEpochMilli(), partition, account);
    }
}
