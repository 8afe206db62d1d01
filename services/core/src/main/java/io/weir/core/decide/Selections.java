package io.weir.core.decide;

import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.Label;
import io.weir.core.policy.Measure;
import io.weir.core.policy.Policy;
import io.weir.events.Hash64;
import io.weir.events.TransactionSubmitted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a state keeps beside the windows over all transactions, because policies ask for it: for a kind of entity, windows of
 * the transactions that a {@link Measure} takes; which transactions are known to be genuine; and which other entities its
 * transactions name, its peers, where their different ids are counted. Fixed when the state begins, because it is folded
 * with every event. Immutable.
 */
public final class Selections {
    private static final Entity[] ENTITIES = Entity.values();

    /** Keeps nothing; enough for policies whose aggregates have neither filter, value nor label. */
    public static final Selections NONE = new Selections(List.of());

    private final List<Policy> policies;
    private final List<Measure> measures = new ArrayList<>();
    private final Map<Entity, List<Kept>> windows = new EnumMap<>(Entity.class);
    /** Kinds of which genuine transactions are known in the windows over all. */
    private final Set<Entity> genuine = EnumSet.noneOf(Entity.class);

    /** Kinds of peers, by the kind other than account that counts them. */
    private final Map<Entity, List<Entity>> peers = new EnumMap<>(Entity.class);

    private final List<Entity> allPeers = new ArrayList<>();

    private final Map<Entity, List<Part>> parts = new EnumMap<>(Entity.class);
    private boolean anyGenuine;

    private Selections(Collection<Policy> policies) {
        this.policies = List.copyOf(policies);
        for (Entity kind : ENTITIES) {
            windows.put(kind, new ArrayList<>());
            peers.put(kind, new ArrayList<>());
        }
        for (Policy policy : policies) {
            for (FeatureDefinition feature : policy.features()) {
                if (feature instanceof Aggregated aggregated) {
                    keep(aggregated.aggregate());
                }
            }
        }
        for (Entity kind : ENTITIES) {
            parts.put(kind, partsOf(kind));
        }
    }

    /** What these policies ask for; a state that keeps it can serve any of them. */
    public static Selections of(Collection<Policy> policies) {
        return new Selections(policies);
    }

    /** The names of the policy's features that ask for something that is not kept; none if the policy can be scored. */
    public List<String> missing(Policy policy) {
        return policy.features().stream()
                .filter(feature -> feature instanceof Aggregated aggregated && !keeps(aggregated.aggregate()))
                .map(FeatureDefinition::name)
                .toList();
    }

    /** The same for fewer policies: without those that ask for one of these parts. */
    Selections without(Set<Long> identities) {
        return of(policies.stream()
                .filter(policy -> of(List.of(policy)).identities().stream().noneMatch(identities::contains))
                .toList());
    }

    /** Whether the same is kept. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Selections selections && selections.identities().equals(identities());
    }

    @Override
    public int hashCode() {
        return identities().hashCode();
    }

    @Override
    public String toString() {
        return "Selections" + identities();
    }

    /** Which policies it was made for. */
    List<Policy> policies() {
        return policies;
    }

    /** All measures, of whatever kind of entity. */
    List<Measure> measures() {
        return measures;
    }

    /** The windows kept of each entity of a kind. */
    List<Kept> windows(Entity kind) {
        return Objects.requireNonNull(windows.get(kind));
    }

    /** All kinds of which any entity knows its peers. */
    List<Entity> peers() {
        return allPeers;
    }

    /** The kinds of which an entity of a kind knows its peers; none of an account, whose rows name all entities anyway. */
    List<Entity> peers(Entity kind) {
        return Objects.requireNonNull(peers.get(kind));
    }

    /** Fills in, as {@link #peers()}, hashes of the ids that a transaction names; 0 stands for none. */
    void hashPeers(TransactionSubmitted transaction, long[] idHashes) {
        for (int i = 0; i < idHashes.length; i++) {
            String id = allPeers.get(i).idIn(transaction);
            long hash = id == null ? 0 : Hash64.of(id);
            idHashes[i] = id != null && hash == 0 ? 1 : hash;
        }
    }

    /** What there is of an entity of a kind in a snapshot, in the order in which it is written. */
    List<Part> parts(Entity kind) {
        return Objects.requireNonNull(parts.get(kind));
    }

    /** Whether genuine transactions are known in the windows over all of a kind. */
    boolean keepsGenuine(Entity kind) {
        return genuine.contains(kind);
    }

    /** Whether genuine transactions are known in any windows. */
    boolean keepsGenuine() {
        return anyGenuine;
    }

    /** Whether a transaction that is or was labelled genuine is so in any windows of a kind. */
    boolean keepsAnyGenuine(Entity kind) {
        return keepsGenuine(kind) || windows(kind).stream().anyMatch(Kept::genuine);
    }

    /**
     * The index among {@link #windows} of those that an aggregate is over; -1 for the windows over all.
     *
     * @throws IllegalStateException when they are not kept
     */
    int windowsOf(Aggregate aggregate) {
        if (!keeps(aggregate)) {
            throw new IllegalStateException(
                    aggregate + " is over a selection that this state does not keep; build a state "
                            + "that keeps it from the log");
        }
        Measure measure = aggregate.measure();
        return measure == null ? -1 : indexOf(aggregate.entity(), measure);
    }

    private boolean keeps(Aggregate aggregate) {
        if (needsPeers(aggregate)) {
            return peers(aggregate.entity()).contains(aggregate.distinct());
        }
        Measure measure = aggregate.measure();
        int index = measure == null ? -1 : indexOf(aggregate.entity(), measure);
        boolean withGenuine =
                index >= 0 ? windows(aggregate.entity()).get(index).genuine() : keepsGenuine(aggregate.entity());
        return (measure == null || index >= 0) && (withGenuine || !needsGenuine(aggregate));
    }

    private void keep(Aggregate aggregate) {
        Entity distinct = aggregate.distinct();
        if (distinct != null) {
            if (needsPeers(aggregate) && !peers(aggregate.entity()).contains(distinct)) {
                peers(aggregate.entity()).add(distinct);
                if (!allPeers.contains(distinct)) {
                    allPeers.add(distinct);
                }
            }
            return;
        }
        boolean needsGenuine = needsGenuine(aggregate);
        anyGenuine |= needsGenuine;
        Measure measure = aggregate.measure();
        if (measure == null) {
            if (needsGenuine) {
                genuine.add(aggregate.entity());
            }
            return;
        }
        if (!measures.contains(measure)) {
            measures.add(measure);
        }
        List<Kept> ofKind = windows(aggregate.entity());
        int index = indexOf(aggregate.entity(), measure);
        if (index < 0) {
            ofKind.add(new Kept(measures.indexOf(measure), measure.hasValue(), needsGenuine));
        } else if (needsGenuine) {
            ofKind.set(index, new Kept(measures.indexOf(measure), measure.hasValue(), true));
        }
    }

    /** The index among {@link #windows} of a measure's; -1 if none are kept. */
    int indexOf(Entity kind, Measure measure) {
        int number = measures.indexOf(measure);
        List<Kept> ofKind = windows(kind);
        for (int i = 0; i < ofKind.size(); i++) {
            if (ofKind.get(i).measure() == number) {
                return i;
            }
        }
        return -1;
    }

    private static boolean needsGenuine(Aggregate aggregate) {
        return aggregate.label() == Label.GENUINE || aggregate.label() == Label.KNOWN;
    }

    private static boolean needsPeers(Aggregate aggregate) {
        return aggregate.distinct() != null && aggregate.entity() != Entity.ACCOUNT;
    }

    private List<Part> partsOf(Entity kind) {
        List<Part> found = new ArrayList<>();
        for (int i = 0; i < peers(kind).size(); i++) {
            found.add(Part.of(Content.PEERS, i, kind + " " + peers(kind).get(i)));
        }
        if (keepsGenuine(kind)) {
            found.add(Part.of(Content.GENUINE, -1, kind.name()));
        }
        List<Kept> ofKind = windows(kind);
        for (int i = 0; i < ofKind.size(); i++) {
            String name = kind + " " + measures.get(ofKind.get(i).measure()).definition();
            found.add(Part.of(Content.WINDOWS, i, name));
            if (ofKind.get(i).genuine()) {
                found.add(Part.of(Content.GENUINE, i, name));
            }
        }
        if (kind == Entity.ACCOUNT) {
            for (int i = 0; i < measures.size(); i++) {
                found.add(Part.of(Content.TAKEN_ROWS, i, measures.get(i).definition()));
            }
            if (anyGenuine) {
                found.add(Part.of(Content.GENUINE_ROWS, -1, ""));
            }
        }
        found.sort(Comparator.comparing(Part::content).thenComparingLong(Part::identity));
        return List.copyOf(found);
    }

    private List<Long> identities() {
        List<Long> identities = new ArrayList<>();
        for (Entity kind : ENTITIES) {
            parts(kind).forEach(part -> identities.add(part.identity()));
        }
        return identities;
    }

    /**
     * Windows that are kept of each entity of a kind.
     *
     * @param measure number of the measure that selects their transactions
     * @param hasValue whether they are of its values, not of amounts
     * @param genuine whether genuine transactions are known in them
     */
    record Kept(int measure, boolean hasValue, boolean genuine) {}

    /** What a part of a snapshot is, in the order in which parts are written: windows come before what is known in them. */
    enum Content {
        /** Windows of the transactions that a measure takes. */
        WINDOWS,
        /** Which of an entity's transactions, or of those in a measure's windows, are genuine. */
        GENUINE,
        /** Which rows of an account a measure takes, and their values. */
        TAKEN_ROWS,
        /** Which rows of an account are genuine. */
        GENUINE_ROWS,
        /** Which other entities of a kind an entity's transactions name. */
        PEERS
    }

    /**
     * A part of a snapshot.
     *
     * @param index of the windows among those of the kind, of the measure, or of the kind of peers; -1 for windows over all
     * @param identity what it is of, the same in every state that keeps it
     * @param name what that was made of, for people
     */
    record Part(Content content, int index, long identity, String name) {
        static Part of(Content content, int index, String name) {
            return new Part(content, index, Hash64.of(content + " " + name), name);
        }
    }
}
