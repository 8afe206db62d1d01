package io.weir.server.http;

import io.vertx.ext.web.Router;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The description of the interface, as it is served, against what is really mounted. */
public final class OpenApi {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "options", "head", "patch");

    private OpenApi() {}

    /** The document. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> document() {
        String yaml = OperationalRoutes.openapi().toString(StandardCharsets.UTF_8);
        return (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(yaml);
    }

    /** Every operation that it describes, as {@code METHOD path}; of these tags, if any are named. */
    @SuppressWarnings("unchecked")
    public static Set<String> described(String... tags) {
        Set<String> operations = new TreeSet<>();
        ((Map<String, Map<String, Map<String, Object>>>) document().get("paths"))
                .forEach((path, item) -> item.forEach((method, operation) -> {
                    boolean wanted = tags.length == 0
                            || !Collections.disjoint((List<String>) operation.get("tags"), List.of(tags));
                    if (METHODS.contains(method) && wanted) {
                        operations.add(method.toUpperCase(Locale.ROOT) + " " + path);
                    }
                }));
        return operations;
    }

    /** Every operation that is mounted on a router; HEAD goes without saying where there is GET. */
    public static Set<String> mounted(Router router) {
        Set<String> operations = new TreeSet<>(RouteTable.of(router).operations());
        operations.removeIf(
                operation -> operation.startsWith("HEAD ") && operations.contains("GET" + operation.substring(4)));
        return operations;
    }
}
