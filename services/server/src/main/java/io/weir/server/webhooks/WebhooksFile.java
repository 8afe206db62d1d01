package io.weir.server.webhooks;

import io.weir.server.yaml.DocumentException;
import io.weir.server.yaml.Durations;
import io.weir.server.yaml.Problems;
import io.weir.server.yaml.Section;
import io.weir.server.yaml.SourceText;
import io.weir.server.yaml.YamlNode;
import io.weir.server.yaml.YamlReader;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads endpoints from YAML, strictly: whatever is wrong is said at once, with line, field and remedy. */
public final class WebhooksFile {
    private static final int MAX_ENDPOINTS = 100;
    private static final int MAX_REASONS = 100;
    private static final int MAX_SECRETS = 2;
    private static final int MAX_URL = 2_000;
    private static final String CONTENTS = "Write 'endpoints:' and a list of endpoints, each with id, url and secret";
    private static final String NEW_SECRET = "Make one by: echo \"whsec_$(openssl rand -base64 32)\"";

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
    private static final Pattern CODE = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");
    private static final List<String> FIELDS = List.of(
            "id",
            "url",
            "allowHttp",
            "secret",
            "secretFile",
            "minimumScore",
            "reasons",
            "timeout",
            "inFlight",
            "start",
            "retry",
            "breaker");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private enum Start {
        END,
        BEGINNING
    }

    private final Path directory;
    private final Problems problems;
    private final Set<String> ids = new HashSet<>();

    private WebhooksFile(Path directory, Problems problems) {
        this.directory = directory;
        this.problems = problems;
    }

    /**
     * The endpoints in a file, at least one.
     *
     * @throws IOException when the file cannot be read
     * @throws IllegalArgumentException naming every error in it; no message contains a secret
     */
    public static List<Endpoint> read(Path file) throws IOException {
        Problems problems = new Problems(new SourceText(text(file)));
        Path directory = file.toAbsolutePath().getParent();
        try {
            YamlNode root = YamlReader.read(problems, CONTENTS);
            List<Endpoint> endpoints = new WebhooksFile(directory == null ? file : directory, problems).endpoints(root);
            problems.throwIfAny();
            return endpoints;
        } catch (DocumentException e) {
            throw new IllegalArgumentException(file + ":\n" + e.getMessage(), e);
        }
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IOException("the webhooks file " + file + " cannot be read: " + e, e);
        }
    }

    private List<Endpoint> endpoints(YamlNode root) {
        List<Endpoint> endpoints = new ArrayList<>();
        Section file = Section.of(root, "", problems, List.of("endpoints"));
        if (file == null || file.required("endpoints", CONTENTS) == null) {
            return endpoints;
        }
        List<YamlNode> items = file.items("endpoints", MAX_ENDPOINTS);
        if (items.isEmpty()) {
            file.refuse("endpoints", "there is no endpoint", CONTENTS);
        }
        for (int i = 0; i < items.size(); i++) {
            Section section = Section.of(items.get(i), "endpoints[" + i + "]", problems, FIELDS);
            Endpoint endpoint = section == null ? null : endpoint(section);
            if (endpoint != null) {
                endpoints.add(endpoint);
            }
        }
        return endpoints;
    }

    private @Nullable Endpoint endpoint(Section section) {
        String id = section.text("id", ID, "Write 1 to 40 small letters, digits or '-', such as 'case-management'");
        if (id != null && !ids.add(id)) {
            section.refuse("id", "'" + id + "' names another endpoint as well", "Give each its own id");
        }
        URI url = url(section);
        List<Secret> secrets = secrets(section);
        Endpoint.Filter wanted = new Endpoint.Filter(number(section, "minimumScore", 0, 100, 0), reasons(section));
        Duration timeout = duration(section, "timeout", Duration.ofSeconds(10), 1, 60);
        int inFlight = (int) whole(section, "inFlight", 1, 256, 8);
        Start start = section.has("start")
                ? section.choice("start", Map.of("end", Start.END, "beginning", Start.BEGINNING))
                : Start.END;
        Endpoint.Retries retries = retries(section);
        Endpoint.Breaker breaker = breaker(section);
        if (id == null || url == null || secrets.isEmpty()) {
            return null;
        }
        return new Endpoint(id, url, secrets, wanted, timeout, inFlight, start == Start.BEGINNING, retries, breaker);
    }

    private @Nullable URI url(Section section) {
        String remedy = "Write the whole address, such as https://cases.example.com/hooks/weir";
        String text = section.text("url", MAX_URL, remedy);
        boolean allowHttp = section.flag("allowHttp", false);
        if (text == null) {
            return null;
        }
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            section.refuse("url", "'" + text + "' is no URL", remedy);
            return null;
        }
        boolean http = "http".equals(url.getScheme());
        if ((!http && !"https".equals(url.getScheme())) || url.getHost() == null) {
            section.refuse("url", "'" + text + "' is not the address of an HTTP server", remedy);
        } else if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
            section.refuse("url", "the URL has a user or a fragment", "Remove it; the endpoint knows us by signatures");
        } else if (http && !allowHttp && !LOOPBACK.contains(url.getHost())) {
            section.refuse(
                    "url",
                    "plain http would show alerts to everybody on the way",
                    "Use https, or write 'allowHttp: true' if the way is secured otherwise");
        } else {
            return url;
        }
        return null;
    }

    /** Either in place or in a file of its own; separated by white space, the newer first. */
    private List<Secret> secrets(Section section) {
        if (section.has("secret") == section.has("secretFile")) {
            section.refuse(
                    section.has("secret") ? "secretFile" : "secret",
                    section.has("secret") ? "there are both 'secret' and 'secretFile'" : "there is no secret",
                    "Write one of 'secret' and 'secretFile'. " + NEW_SECRET);
            return List.of();
        }
        String field = section.has("secret") ? "secret" : "secretFile";
        String text = section.text(field, MAX_URL, NEW_SECRET);
        if (text != null && field.equals("secretFile")) {
            try {
                text = Files.readString(directory.resolve(text)).strip();
            } catch (IOException e) {
                section.refuse(field, "'" + text + "' cannot be read", "Name a file beside this one, or a whole path");
                return List.of();
            }
        }
        return text == null ? List.of() : parse(section, field, text);
    }

    private static List<Secret> parse(Section section, String field, String text) {
        List<Secret> secrets = new ArrayList<>();
        for (String secret : text.split("\\s+", -1)) {
            try {
                secrets.add(Secret.parse(secret));
            } catch (IllegalArgumentException e) {
                section.refuse(field, "this is no secret: " + e.getMessage(), NEW_SECRET);
                return List.of();
            }
        }
        if (secrets.size() > MAX_SECRETS) {
            section.refuse(field, "there are more than two secrets", "Keep the newer and the one before it");
        }
        return secrets;
    }

    private Set<String> reasons(Section section) {
        Set<String> reasons = new HashSet<>();
        for (YamlNode item : section.items("reasons", MAX_REASONS)) {
            if (item instanceof YamlNode.Scalar code
                    && CODE.matcher(code.value()).matches()) {
                reasons.add(code.value());
            } else {
                problems.add(
                        item.start(),
                        section.path("reasons"),
                        "this is no code of a reason",
                        "Write codes of rules or lists as they stand in the policy");
            }
        }
        return reasons;
    }

    private Endpoint.Retries retries(Section endpoint) {
        Endpoint.Retries defaults = Endpoint.Retries.DEFAULTS;
        Section retry = section(endpoint, "retry", List.of("first", "longest", "attempts", "age"));
        return retry == null
                ? defaults
                : new Endpoint.Retries(
                        duration(retry, "first", defaults.first(), 1, 3_600),
                        duration(retry, "longest", defaults.longest(), 1, 3_600),
                        (int) whole(retry, "attempts", 1, 1_000, defaults.attempts()),
                        duration(retry, "age", defaults.age(), 1, 7 * 86_400));
    }

    private Endpoint.Breaker breaker(Section endpoint) {
        Endpoint.Breaker defaults = Endpoint.Breaker.DEFAULTS;
        Section breaker = section(endpoint, "breaker", List.of("failurePercent", "window", "pause", "longestPause"));
        return breaker == null
                ? defaults
                : new Endpoint.Breaker(
                        (int) whole(breaker, "failurePercent", 1, 100, defaults.failurePercent()),
                        (int) whole(breaker, "window", 2, 10_000, defaults.window()),
                        duration(breaker, "pause", defaults.pause(), 1, 3_600),
                        duration(breaker, "longestPause", defaults.longestPause(), 1, 3_600));
    }

    private @Nullable Section section(Section within, String field, List<String> fields) {
        YamlNode node = within.has(field) ? within.required(field, "") : null;
        return node == null ? null : Section.of(node, within.path(field), problems, fields);
    }

    private static Duration duration(Section section, String field, Duration otherwise, long leastS, long mostS) {
        if (!section.has(field)) {
            return otherwise;
        }
        String remedy = "Write a whole number and s, m, h or d: " + leastS + "s to " + mostS + "s, such as '"
                + otherwise.toSeconds() + "s'";
        String text = section.text(field, MAX_URL, remedy);
        OptionalLong ms = text == null ? OptionalLong.empty() : Durations.parseMs(text);
        if (text != null && (ms.isEmpty() || ms.getAsLong() < leastS * 1_000 || ms.getAsLong() > mostS * 1_000)) {
            section.refuse(field, "'" + text + "' is not a duration in that range", remedy);
            return otherwise;
        }
        return ms.isEmpty() ? otherwise : Duration.ofMillis(ms.getAsLong());
    }

    private static double whole(Section section, String field, int least, int most, int otherwise) {
        double number = number(section, field, least, most, otherwise);
        if (number != Math.rint(number)) {
            section.refuse(field, number + " is no whole number", "Write " + least + " to " + most);
        }
        return number;
    }

    private static double number(Section section, String field, int least, int most, int otherwise) {
        Double number =
                section.has(field) ? section.number(field, least, most, "Write " + least + " to " + most) : null;
        return number == null ? otherwise : number;
    }
}
