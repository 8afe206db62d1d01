package io.weir.server.schemas;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.weir.events.EventType;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids of our schemas, fetched once at start, and a bounded cache of the schemas behind ids found on the log. After
 * start, a registry outage is felt only where an id is met for the first time. Thread-safe.
 */
public final class Schemas implements SchemaIds {
    /** Every subject's compatibility: old and new readers read old and new records, over all versions. */
    public static final String COMPATIBILITY = "FULL_TRANSITIVE";

    private static final Logger log = LoggerFactory.getLogger(Schemas.class);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
    private static final Duration LAST_BACKOFF = Duration.ofSeconds(2);

    private final RegistryClient registry;
    private final Map<EventType<?>, Integer> ids;
    private final Cache<Integer, Optional<Schema>> byId;

    private Schemas(RegistryClient registry, Map<EventType<?>, Integer> ids) {
        this.registry = registry;
        this.ids = Map.copyOf(ids);
        // An id the registry does not know may be registered a moment later; a schema behind an id never changes.
        this.byId = Caffeine.newBuilder()
                .maximumSize(10_000)
                .expireAfterWrite(Duration.ofMinutes(10))
                .build();
    }

    /** Registers every event type's schema on its topic, under {@link #COMPATIBILITY}. Idempotent. */
    public static void provision(RegistryClient registry) {
        for (Topics topic : Topics.values()) {
            for (EventType<?> type : topic.events()) {
                String subject = topic.subject(type);
                registry.register(subject, type.schema());
                registry.setCompatibility(subject, COMPATIBILITY);
            }
        }
    }

    /**
     * Looks up the ids of all our schemas, retrying while the registry gives no answer.
     *
     * @throws IllegalStateException when there is no answer within {@code patience}, or a schema is not registered
     */
    public static Schemas load(RegistryClient registry, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        Duration backoff = FIRST_BACKOFF;
        while (true) {
            try {
                return new Schemas(registry, findAll(registry));
            } catch (SchemaUnavailableException e) {
                if (System.nanoTime() + backoff.toNanos() > deadline) {
                    throw new IllegalStateException(
                            "no answer from the schema registry within " + patience.toSeconds() + " s ("
                                    + e.getMessage() + "); start it, or name another with --registry",
                            e);
                }
                log.warn("{}; trying again in {} ms", e.getMessage(), backoff.toMillis());
                sleep(backoff);
                backoff = backoff.multipliedBy(2).compareTo(LAST_BACKOFF) > 0 ? LAST_BACKOFF : backoff.multipliedBy(2);
            }
        }
    }

    @Override
    public int idOf(EventType<?> type) {
        Integer id = ids.get(type);
        if (id == null) {
            throw new IllegalStateException(type.name() + " is on no topic");
        }
        return id;
    }

    @Override
    public @Nullable Schema schemaOf(int id) {
        Optional<Schema> known = byId.getIfPresent(id);
        if (known == null) {
            known = Optional.ofNullable(registry.schema(id));
            byId.put(id, known);
        }
        return known.orElse(null);
    }

    private static Map<EventType<?>, Integer> findAll(RegistryClient registry) {
        Map<EventType<?>, Integer> ids = new HashMap<>();
        for (Topics topic : Topics.values()) {
            for (EventType<?> type : topic.events()) {
                String subject = topic.subject(type);
                Integer id = registry.find(subject, type.schema());
                if (id == null) {
                    throw new IllegalStateException("schema registry " + registry.url() + " does not have this build's "
                            + subject + "; provision topics and schemas first: weir topics --apply");
                }
                ids.put(type, id);
            }
        }
        return ids;
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the schema registry", e);
        }
    }
}
