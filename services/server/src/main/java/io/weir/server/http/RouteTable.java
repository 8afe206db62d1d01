package io.weir.server.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The paths and methods that a router serves, in OpenAPI's notation ({@code /v1/decisions/{transactionId}}).
 *
 * <p>A route by regular expression counts under its name, which therefore has to be the path it stands for.
 */
public final class RouteTable {
    private static final Pattern PARAMETER = Pattern.compile(":([A-Za-z0-9_]+)");

    private final List<Entry> entries;

    private RouteTable(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** What is mounted on the router now. */
    public static RouteTable of(Router router) {
        List<Entry> entries = new ArrayList<>();
        for (Route route : router.getRoutes()) {
            String name = route.getName();
            Set<HttpMethod> methods = route.methods();
            if (name == null || methods == null || methods.isEmpty()) {
                continue; // handlers of every request
            }
            String template = template(route);
            Pattern pattern = Pattern.compile("\\Q" + template.replaceAll("\\{[^}]+}", "\\\\E[^/]+\\\\Q") + "\\E/?");
            Set<String> names = new TreeSet<>();
            methods.forEach(method -> names.add(method.name()));
            entries.add(new Entry(template, pattern, names));
        }
        return new RouteTable(entries);
    }

    /** The path of a route as OpenAPI writes it. */
    static String template(Route route) {
        String path = route.getPath();
        return path == null ? route.getName() : PARAMETER.matcher(path).replaceAll("{$1}");
    }

    /** Every operation, as {@code METHOD path}, sorted. */
    public Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        for (Entry entry : entries) {
            entry.methods.forEach(method -> operations.add(method + " " + entry.template));
        }
        return operations;
    }

    /** The methods that a path can be called with, sorted; empty if there is no such path. */
    Set<String> methods(String path) {
        Set<String> methods = new TreeSet<>();
        for (Entry entry : entries) {
            if (entry.pattern.matcher(path).matches()) {
                methods.addAll(entry.methods);
            }
        }
        return methods;
    }

    private record Entry(String template, Pattern pattern, Set<String> methods) {}
}
