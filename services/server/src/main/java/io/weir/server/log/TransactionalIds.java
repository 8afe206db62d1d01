package io.weir.server.log;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The names of engines' producers, by which the cluster tells one life of an engine from the next. */
final class TransactionalIds {
    private static final String ENGINE_PREFIX = "weir-";
    private static final List<String> SUFFIXES = List.of("-a", "-b");

    private TransactionalIds() {}

    /** Those of an engine's two producers. */
    static List<String> of(String instanceId) {
        return SUFFIXES.stream().map(suffix -> instanceId + suffix).toList();
    }

    /** The engine whose producer it is; null if it is somebody else's. */
    static @Nullable String engineOf(String transactionalId) {
        if (!transactionalId.startsWith(ENGINE_PREFIX)) {
            return null;
        }
        return SUFFIXES.stream()
                .filter(transactionalId::endsWith)
                .map(suffix -> transactionalId.substring(0, transactionalId.length() - suffix.length()))
                .findFirst()
                .orElse(null);
    }
}
