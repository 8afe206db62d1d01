package io.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The alert rules and the dashboard of {@code deploy/} against what an instance really publishes. */
final class Monitoring {
    private static final Path DEPLOY = Path.of(System.getProperty("weir.home")).resolve("deploy");

    /** A meter's name, and the matchers of labels behind it. */
    private static final Pattern METER = Pattern.compile("(?<![\\w:\"~])((?:weir|jvm)_\\w+)(?:\\{([^}]*)})?");

    private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*(?:=~|!=|=)");
    private static final Pattern GROUPED = Pattern.compile("(?:by|on)\\s*\\(([^)]*)\\)");
    private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");

    /** Added by Prometheus, made by functions, or recorded. */
    private static final Set<String> OTHER_LABELS = Set.of("instance", "job", "le");

    /** They come with their first event, or where webhooks are configured. */
    private static final Pattern LATER = Pattern.compile("weir_rule_breaker_trips_total|weir_webhook_\\w+");

    private Monitoring() {}

    /** Every expression of both files. */
    static List<String> expressions() throws IOException {
        List<String> expressions = new ArrayList<>(ruleExpressions());
        expressions.addAll(dashboardExpressions());
        return expressions;
    }

    @SuppressWarnings("unchecked")
    private static List<String> ruleExpressions() throws IOException {
        Map<String, List<Map<String, Object>>> file = (Map<String, List<Map<String, Object>>>)
                new Load(LoadSettings.builder().build())
                        .loadFromString(Files.readString(DEPLOY.resolve("prometheus/weir.rules.yml")));
        List<String> expressions = new ArrayList<>();
        for (Map<String, Object> group : file.get("groups")) {
            for (Map<String, Object> rule : (List<Map<String, Object>>) group.get("rules")) {
                expressions.add((String) rule.get("expr"));
            }
        }
        return expressions;
    }

    static JsonObject dashboard() throws IOException {
        return new JsonObject(Files.readString(DEPLOY.resolve("grafana/weir.json")));
    }

    static List<String> dashboardExpressions() throws IOException {
        List<String> expressions = new ArrayList<>();
        for (Object each : dashboard().getJsonArray("panels")) {
            JsonObject panel = (JsonObject) each;
            if (!panel.getString("type").equals("row")) {
                assertThat(panel.getJsonArray("targets"))
                        .as(panel.getString("title"))
                        .isNotEmpty();
                panel.getJsonArray("targets")
                        .forEach(target -> expressions.add(
                                ((JsonObject) target).getString("expr").replace("$instance", ".*")));
            }
        }
        return expressions;
    }

    /** What is named and not published, as {@code name} or {@code name{label}}. */
    static Set<String> missing(String scraped) throws IOException {
        Set<String> missing = new TreeSet<>();
        for (String expression : expressions()) {
            List<MatchResult> meters = METER.matcher(expression).results().toList();
            for (MatchResult meter : meters) {
                String name = meter.group(1);
                if (LATER.matcher(name).matches()) {
                    continue;
                }
                Set<String> published = labels(scraped, name);
                if (published.isEmpty()) {
                    missing.add(name);
                    continue;
                }
                String matchers = meter.group(2) == null
                        ? ""
                        : STRING.matcher(meter.group(2)).replaceAll("");
                for (String label : wanted(matchers, meters.size() == 1 ? expression : "")) {
                    if (!published.contains(label)) {
                        missing.add(name + "{" + label + "}");
                    }
                }
            }
        }
        return missing;
    }

    /** Those that are matched, and where the expression has one meter alone those that it is grouped by. */
    private static Set<String> wanted(String matchers, String expression) {
        Set<String> labels = new LinkedHashSet<>();
        LABEL.matcher(matchers).results().forEach(match -> labels.add(match.group(1)));
        GROUPED.matcher(expression).results().forEach(match -> {
            for (String label : match.group(1).split(",")) {
                labels.add(label.strip());
            }
        });
        labels.removeAll(OTHER_LABELS);
        labels.remove("");
        return labels;
    }

    /** The labels that a meter is published with, {@code ""} among them; empty if it is not published. */
    private static Set<String> labels(String scraped, String name) {
        Set<String> labels = new TreeSet<>();
        scraped.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .forEach(line -> {
                    labels.add("");
                    LABEL.matcher(STRING.matcher(line).replaceAll(""))
                            .results()
                            .forEach(label -> labels.add(label.group(1)));
                });
        return labels;
    }
}
