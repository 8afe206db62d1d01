package io.weir.cli;

import io.vertx.core.json.JsonObject;
import io.weir.server.audit.AuditException;
import io.weir.server.deadletters.DeadLetter;
import io.weir.server.deadletters.DeadLetter.Position;
import io.weir.server.deadletters.DeadLetterFilter;
import io.weir.server.deadletters.DeadLetterTopic;
import io.weir.server.deadletters.Redrive;
import io.weir.server.deadletters.ValueText;
import io.weir.server.schemas.Schemas;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir dead-letters}: what could not be decided, and its way back onto the log. */
@Command(
        name = "dead-letters",
        sortOptions = false,
        description = "Shows the records that were given up, and puts them back on the log.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "1:failed, or not confirmed", "2:wrong usage"})
final class DeadLettersCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a step: list, show or redrive.");
    }

    /** Which letters are meant. */
    static final class Filter {
        @Option(
                names = "--filter",
                paramLabel = "NAME=VALUE,...",
                description = "Only those for which all of this holds: " + DeadLetterFilter.CONDITIONS + ".")
        private List<String> conditions = List.of();

        DeadLetterFilter parsed(CommandSpec spec) {
            try {
                return DeadLetterFilter.parse(conditions);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), "--filter: " + e.getMessage(), e);
            }
        }
    }

    @Command(
            name = "list",
            description = "Lists the letters, the newest last, and counts them by error.",
            mixinStandardHelpOptions = true)
    int list(
            @Mixin Filter filter,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "Only the newest N; all are counted (default: ${DEFAULT-VALUE}).")
                    int limit,
            @Option(names = "--json", description = "Print JSON for programs.") boolean json,
            @Mixin LogTarget target)
            throws IOException, InterruptedException {
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit is " + limit + "; give 1 or more");
        }
        DeadLetterFilter wanted = filter.parsed(spec);
        DeadLetterList list = new DeadLetterList(limit);
        target.use(progress(json), (cluster, schemas) -> {
            new DeadLetterTopic(cluster).each(letter -> {
                if (wanted.matches(letter)) {
                    list.add(letter);
                }
            });
            return list;
        });
        new Answers(spec).say(json ? list.json().encodePrettily() : list.text());
        return 0;
    }

    @Command(
            name = "show",
            description = "Shows one letter: its context, and its value decoded if it can be.",
            mixinStandardHelpOptions = true)
    int show(
            @Parameters(paramLabel = "POSITION", description = "PARTITION/OFFSET, as the list has it.") String position,
            @Option(names = "--json", description = "Print JSON for programs.") boolean json,
            @Mixin LogTarget target)
            throws IOException, InterruptedException {
        Position wanted;
        try {
            wanted = Position.parse(position);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        return target.use(progress(json), (cluster, schemas) -> {
            DeadLetter letter = new DeadLetterTopic(cluster).at(wanted);
            if (letter == null) {
                throw new AuditException("there is no dead letter at " + wanted + "; see weir dead-letters list");
            }
            new Answers(spec).say(json ? json(letter, schemas).encodePrettily() : text(letter, schemas));
            return 0;
        });
    }

    @Command(
            name = "redrive",
            description = {
                "Puts originals back where they came from, each once: a letter that was put back is left alone from then on.",
                "What fails again becomes a new letter, with one attempt more."
            },
            mixinStandardHelpOptions = true)
    int redrive(
            @Mixin Filter filter,
            @Option(names = "--yes", description = "Do not ask.") boolean yes,
            @Option(names = "--dry-run", description = "Only say what would be done.") boolean dryRun,
            @Mixin Answers.Author author,
            @Mixin LogTarget target)
            throws IOException, InterruptedException {
        DeadLetterFilter wanted = filter.parsed(spec);
        Answers answers = new Answers(spec);
        return target.use(progress(false), (cluster, schemas) -> {
            Redrive redrive = new Redrive(cluster, author.name());
            Redrive.Report plan = redrive.plan(wanted);
            plan.refused().forEach((why, count) -> answers.say("%,d not put back: %s".formatted(count, why)));
            answers.say("%,d to be put back, %,d put back before".formatted(plan.letters(), plan.already()));
            if (dryRun || plan.letters() == 0) {
                return 0;
            }
            if (!yes && !confirmed(plan.letters())) {
                answers.complain("nothing was put back; --yes does not ask");
                return 1;
            }
            Progress line = Progress.of(spec, false);
            Redrive.Report done =
                    redrive.run(wanted, count -> line.line("put back %,d/%,d".formatted(count, plan.letters())));
            answers.say("%,d put back".formatted(done.letters()));
            return 0;
        });
    }

    private boolean confirmed(long letters) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.print("Put %,d back on the log? [y/N] ".formatted(letters));
        out.flush();
        // Not closed: standard input is not ours.
        String answer = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
        return answer != null && List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
    }

    private PrintWriter progress(boolean json) {
        return Progress.of(spec, json).writer();
    }

    private static String text(DeadLetter letter, Schemas schemas) {
        StringBuilder text = new StringBuilder("dead letter " + letter.position() + System.lineSeparator());
        DeadLetterList.context(letter).forEach(entry -> {
            if (!"position".equals(entry.getKey())) {
                text.append("  %-18s  %s%n".formatted(entry.getKey(), entry.getValue()));
            }
        });
        ValueText value = ValueText.of(letter.value(), schemas);
        return text.append("  %-18s  %s%n".formatted("value", value.form()))
                .append(value.text())
                .toString()
                .stripTrailing();
    }

    private static JsonObject json(DeadLetter letter, Schemas schemas) {
        ValueText value = ValueText.of(letter.value(), schemas);
        byte @Nullable [] bytes = letter.value();
        return DeadLetterList.context(letter)
                .put("form", value.form())
                .put("text", value.text())
                .put("value", bytes); // in Base64
    }
}
