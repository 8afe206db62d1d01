package io.weir.server.schemas;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.weir.events.EventType;
import io.weir.events.SchemaIds;
import io.weir.events.Topics;
import io.weir.server.log.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(2));

    private final RegistryClient registry;
    private final Map<EventType<?>, Integer> ids;

    /** Of this build; here for good, so that the registry is not needed for what this build writes. */
    private final Map<Integer, Schema> ours;

    /** Of others. Not expiring: a schema behind an id never changes, and an outage must not take away what is known. */
    private final Cache<Integer, Schema> others =
            Caffeine.newBuilder().maximumSize(10_000).build();

    /** Ids that the registry did not know; briefly, because one may be registered a moment later. */
    private final Cache<Integer, Boolean> unknown = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofSeconds(30))
            .build();

    private Schemas(RegistryClient registry, Map<EventType<?>, Integer> ids) {
        this.registry = registry;
        this.ids = Map.copyOf(ids);
        Map<Integer, Schema> ours = new HashMap<>();
        ids.forEach((type, id) -> ours.put(id, type.schema()));
        this.ours = Map.copyOf(ours);
    }

    /**
     * Registers every event type's schema on its topic, under {@link #COMPATIBILITY}; retries while the registry gives no
     * answer. Idempotent, also when several do it at once.
     *
     * @return the subjects
     * @throws RegistryClient.IncompatibleSchemaException when the registry refuses a schema
     * @throws IllegalStateException when there is no answer within {@code patience}, or the registry refuses the request
     */
    public static List<String> provision(RegistryClient registry, Duration patience) {
        return patiently(patience, () -> {
            List<String> subjects = new ArrayList<>();
            for (Topics topic : Topics.values()) {
                for (EventType<?> type : topic.events()) {
                    String subject = topic.subject(type);
                    // The level first: what is there already, from whomever, holds for the first registration too.
                    registry.setCompatibility(subject, COMPATIBILITY);
                    registry.register(subject, type.schema());
                    subjects.add(subject);
                }
            }
            return subjects;
        });
    }

    /**
     * Every subject that this build needs, and whether its schema is registered there under {@link #COMPATIBILITY}.
     *
     * @throws IllegalStateException when there is no answer within {@code patience}
     */
    public static Map<String, Boolean> registered(RegistryClient registry, Duration patience) {
        return patiently(patience, () -> {
            Map<String, Boolean> subjects = new LinkedHashMap<>();
            for (Topics topic : Topics.values()) {
                for (EventType<?> type : topic.events()) {
                    String subject = topic.subject(type);
                    boolean there = registry.find(subject, type.schema()) != null
                            && COMPATIBILITY.equals(registry.compatibility(subject));
                    subjects.put(subject, there);
                }
            }
            return subjects;
        });
    }

    /**
     * Looks up the ids of all our schemas, retrying while the registry gives no answer.
     *
     * @throws IllegalStateException when there is no answer within {@code patience}, or a schema is not registered
     */
    public static Schemas load(RegistryClient registry, Duration patience) {
        return new Schemas(registry, patiently(patience, () -> findAll(registry)));
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
        Schema known = ours.get(id);
        if (known == null) {
            known = others.getIfPresent(id);
        }
        if (known != null || unknown.getIfPresent(id) != null) {
            return known;
        }
        Schema found = registry.schema(id);
        if (found == null) {
            unknown.put(id, true);
        } else {
            others.put(id, found);
        }
        return found;
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

    private static <T> T patiently(Duration patience, Supplier<T> request) {
        long start = System.nanoTime();
        for (int failures = 1; ; failures++) {
            try {
                return request.get();
            } catch (SchemaUnavailableException e) {
                long backoffMs = BACKOFF.ms(failures);
                if ((System.nanoTime() - start) / 1_000_000 + backoffMs > patience.toMillis()) {
                    throw new IllegalStateException(
                            "no answer from the schema registry within " + patience.toMillis() / 1000.0 + " s ("
                                    + e.getMessage() + "); start it, or name another with --registry",
                            e);
                }
                log.warn("{}; trying again in {} ms", e.getMessage(), backoffMs);
                sleep(backoffMs);
            }
        }
    }

    private static void sleep(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the schema registry", e);
        }
    }
}
