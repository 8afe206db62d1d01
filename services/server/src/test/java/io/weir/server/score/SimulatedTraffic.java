package io.weir.server.score;

import io.weir.core.decide.Selections;
import io.weir.core.policy.Aggregate;
import io.weir.core.policy.Aggregate.Function;
import io.weir.core.policy.Entity;
import io.weir.core.policy.FeatureDefinition;
import io.weir.core.policy.FeatureDefinition.Aggregated;
import io.weir.core.policy.Label;
import io.weir.core.policy.Measure;
import io.weir.core.policy.Policy;
import io.weir.core.policy.Rule;
import io.weir.events.Event;
import io.weir.events.PolicyActivated;
import io.weir.events.PolicyPublished;
import io.weir.events.Sha256;
import io.weir.events.Topics;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import io.weir.server.log.HomePartition;
import io.weir.server.log.memory.MemoryLog;
import io.weir.server.log.memory.MemoryLog.Input;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/** What the outside world writes: transactions, labels, policies, and nonsense. */
final class SimulatedTraffic {
    /** The features over the account come first in every policy. */
    static final int ACCOUNT_FEATURES = 4;

    private static final long NOON_MS = 1_700_000_000_000L;
    private static final long HOUR_MS = 3_600_000;
    private static final long DAY_MS = 24 * HOUR_MS;
    private static final List<String> DOCUMENTS = List.of("50", "65", "80");
    /** Each with selections of its own, and some that others have as well. */
    private static final List<String> NEW_SELECTIONS =
            List.of("50", "50-1", "65-2", "80-3", "50-4", "65-5", "80-6", "50-7", "65-8", "80-9", "50-10", "65-11");

    private static final Map<String, Policy> COMPILED = new ConcurrentHashMap<>();

    private final MemoryLog log;
    private final RandomGenerator random;
    private final List<String> documents;
    private final List<TransactionSubmitted> submitted = new ArrayList<>();

    /** With {@code newSelections}, policies come that select what those before them did not. */
    SimulatedTraffic(MemoryLog log, RandomGenerator random, boolean newSelections) {
        this.documents = newSelections ? NEW_SELECTIONS : DOCUMENTS;
        this.log = log;
        this.random = random;
    }

    /** Whether a state keeps what the first policy asks for. */
    boolean isWarm(Selections kept) {
        return kept.missing(compile(documents.getFirst())).isEmpty();
    }

    /** A document is the score from which its policy declines, and the seed of selections of its own. */
    static Policy compile(String document) {
        return COMPILED.computeIfAbsent(document, SimulatedTraffic::policy);
    }

    /** Writes one record or a few, alone or in a transaction, which may be aborted. */
    void write() {
        if (random.nextInt(4) > 0) {
            log.append(Topics.TRANSACTIONS, input());
            return;
        }
        List<Input> inputs = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            inputs.add(input());
        }
        log.append(Topics.TRANSACTIONS, inputs, random.nextInt(4) > 0);
    }

    /** Publishes a policy, or activates one that may not have been published, or writes what is neither. */
    void writePolicy() {
        String document = documents.get(random.nextInt(documents.size()));
        switch (random.nextInt(6)) {
            case 0 -> log.append(Topics.CONTROL, new Input(0, new byte[] {'x'}, new byte[] {1, 2}));
            case 1, 2 -> publish(document);
            default -> activate(document);
        }
    }

    /** Publishes and activates one. */
    void startDeciding() {
        publish(DOCUMENTS.getFirst());
        activate(DOCUMENTS.getFirst());
    }

    private void publish(String document) {
        log.append(Topics.CONTROL, 0, new PolicyPublished("p", sha256(document), document, NOON_MS, "simulation"));
    }

    private void activate(String document) {
        log.append(Topics.CONTROL, 0, new PolicyActivated("p", sha256(document), NOON_MS, "simulation"));
    }

    private Input input() {
        return switch (random.nextInt(20)) {
            case 0 -> garbage();
            case 1, 2 -> routed(earlier());
            case 3 -> routed(withAmount(earlier(), random.nextInt(100_000)));
            case 4, 5, 6, 7 -> routed(label(earlier()));
            default -> {
                TransactionSubmitted transaction = transaction("t" + submitted.size());
                submitted.add(transaction);
                yield routed(transaction);
            }
        };
    }

    private Input garbage() {
        int partition = random.nextInt(log.partitions());
        Input good = log.input(partition, earlier());
        byte[] value = good.value();
        return switch (random.nextInt(5)) {
            case 0 -> new Input(partition, null, value);
            case 1 -> new Input(partition, good.key(), null);
            case 2 -> new Input(partition, "somebody".getBytes(StandardCharsets.UTF_8), value);
            case 3 -> {
                value[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
                yield new Input(partition, good.key(), value);
            }
            default -> log.input(partition, new PolicyActivated("p", sha256("50"), NOON_MS, "at the wrong place"));
        };
    }

    /** Those of one account in one partition, but for a few, which are refused. */
    private Input routed(Event event) {
        int home = HomePartition.of(event.key().getBytes(StandardCharsets.UTF_8), log.partitions());
        return log.input(random.nextInt(60) == 0 ? random.nextInt(log.partitions()) : home, event);
    }

    private TransactionSubmitted earlier() {
        return submitted.isEmpty() ? transaction("t-first") : submitted.get(random.nextInt(submitted.size()));
    }

    private TransactionSubmitted transaction(String id) {
        return new TransactionSubmitted(
                id,
                "a" + random.nextInt(8),
                occurredAtMs(),
                NOON_MS,
                random.nextInt(100_000),
                "EUR",
                random.nextInt(5) == 0 ? null : "s" + random.nextInt(4),
                "m" + random.nextInt(3),
                null,
                null,
                random.nextInt(4) > 0 ? null : "d" + random.nextInt(30),
                null,
                null,
                null);
    }

    private long occurredAtMs() {
        return switch (random.nextInt(24)) {
            case 0 -> NOON_MS + 10 * DAY_MS; // to be refused
            case 1 -> -random.nextInt(2);
            case 2 -> NOON_MS - 200 * DAY_MS; // older than any window
            case 3, 4, 5 -> NOON_MS - random.nextInt(3) * DAY_MS;
            default -> NOON_MS - random.nextInt((int) (2 * HOUR_MS));
        };
    }

    private TransactionLabelled label(TransactionSubmitted transaction) {
        String id = random.nextInt(12) == 0 ? "t" + (submitted.size() + 3) : transaction.transactionId();
        return new TransactionLabelled(
                id, transaction.accountId(), NOON_MS, NOON_MS, random.nextInt(3) > 0, "simulation");
    }

    private static TransactionSubmitted withAmount(TransactionSubmitted one, long amountMinor) {
        return new TransactionSubmitted(
                one.transactionId(),
                one.accountId(),
                one.occurredAtMs(),
                one.receivedAtMs(),
                amountMinor,
                one.currency(),
                one.terminalId(),
                one.merchantId(),
                one.merchantCategory(),
                one.counterpartyId(),
                one.deviceId(),
                one.ip(),
                one.country(),
                one.channel());
    }

    private static Policy policy(String document) {
        FeatureDefinition spent = feature("spent", Entity.ACCOUNT, Function.SUM, null, 2 * DAY_MS);
        Measure excess = new Measure(
                "excess",
                (transaction, values) -> 2 * transaction.amountMinor() > values[9],
                (transaction, values) -> transaction.amountMinor() / (1 + values[9]),
                Map.of(9, spent));
        List<FeatureDefinition> features = new ArrayList<>(List.of(
                feature("count", Entity.ACCOUNT, Function.COUNT, null, HOUR_MS),
                feature("sum", Entity.ACCOUNT, Function.SUM, null, DAY_MS),
                feature("terminals", Entity.ACCOUNT, Function.DISTINCT, Entity.TERMINAL, DAY_MS),
                feature("frauds", Entity.ACCOUNT, Function.FRAUD_COUNT, null, 10 * DAY_MS),
                feature("terminal_sum", Entity.TERMINAL, Function.SUM, null, DAY_MS),
                feature("terminal_frauds", Entity.TERMINAL, Function.FRAUD_RATE, null, DAY_MS),
                feature("merchant_deviation", Entity.MERCHANT, Function.STDDEV, null, HOUR_MS),
                feature("merchant_frauds", Entity.MERCHANT, Function.FRAUD_COUNT, null, 3 * DAY_MS),
                feature("device_count", Entity.DEVICE, Function.COUNT, null, 30 * DAY_MS),
                spent,
                new Aggregated("excess", new Aggregate(Entity.TERMINAL, Function.SUM, null, DAY_MS, 0, excess, null)),
                new Aggregated(
                        "genuine_excess",
                        new Aggregate(Entity.DEVICE, Function.SUM, null, DAY_MS, 0, excess, Label.KNOWN)),
                new Aggregated(
                        "streak",
                        new Aggregate(
                                Entity.MERCHANT,
                                Function.COUNT_SINCE_LAST,
                                null,
                                DAY_MS,
                                HOUR_MS,
                                null,
                                Label.GENUINE)),
                feature("accounts_at_terminal", Entity.TERMINAL, Function.DISTINCT, Entity.ACCOUNT, DAY_MS)));
        String[] parts = document.split("-", -1);
        if (parts.length > 1) {
            ofItsOwn(Long.parseLong(parts[1]), spent, excess, features);
        }
        int last = features.size() - 1;
        List<Rule> rules = List.of(
                new Rule("OWN", (transaction, values) -> values[last] > 2, 5, "by a selection of its own"),
                new Rule("LARGE", (transaction, values) -> transaction.amountMinor() > 70_000, 60, "large"),
                new Rule("BUSY", (transaction, values) -> values[4] > 500_000, 15, "busy terminal"),
                new Rule("EXCESS", (transaction, values) -> values[10] > 1, 10, "excess at the terminal"),
                new Rule("SHARED", (transaction, values) -> values[13] > 3, 5, "many accounts at the terminal"),
                new Rule("STREAK", (transaction, values) -> values[12] > 1, 10, "nothing genuine lately"),
                new Rule("FRAUD", (transaction, values) -> values[7] >= 2, 25, "frauds at the merchant"));
        return new Policy("p", sha256(document), features, rules, 40, Double.parseDouble(parts[0]));
    }

    /** Features over random selections of six; every other document is without those that all others have. */
    private static void ofItsOwn(long seed, FeatureDefinition spent, Measure excess, List<FeatureDefinition> features) {
        SplittableRandom random = new SplittableRandom(seed);
        if (seed % 2 == 0) {
            features.replaceAll(feature -> feature instanceof Aggregated aggregated
                            && !Selections.NONE.missing(onlyWith(aggregated)).isEmpty()
                    ? feature(feature.name(), Entity.MERCHANT, Function.COUNT, null, DAY_MS)
                    : feature);
        }
        Entity counting = Entity.values()[1 + random.nextInt(3)];
        Entity counted = Entity.values()[random.nextInt(4)];
        features.add(feature(
                "own_peers", counting, Function.DISTINCT, counted == counting ? Entity.ACCOUNT : counted, 2 * DAY_MS));
        for (int i = 0; i < 5; i++) {
            int shape = random.nextInt(6);
            Measure measure = shape == 5
                    ? excess
                    : new Measure(
                            "shape " + shape,
                            shape == 4 ? null : (transaction, values) -> transaction.amountMinor() % 5 != shape,
                            shape < 2 ? null : (transaction, values) -> transaction.amountMinor() / (shape + values[9]),
                            Map.of(9, spent));
            Entity entity = Entity.values()[random.nextInt(4)];
            Function function = List.of(Function.COUNT, Function.SUM, Function.MEAN, Function.COUNT_SINCE_LAST)
                    .get(random.nextInt(4));
            Label label = random.nextBoolean() ? null : Label.values()[random.nextInt(3)];
            boolean plain = label != null && random.nextInt(3) == 0;
            Aggregate aggregate = new Aggregate(entity, function, null, 3 * DAY_MS, 0, plain ? null : measure, label);
            features.add(new Aggregated("own" + i, aggregate));
        }
    }

    private static Policy onlyWith(Aggregated feature) {
        return new Policy("p", sha256(feature.name()), List.of(feature), List.of(), 40, 80);
    }

    private static FeatureDefinition feature(
            String name, Entity entity, Function function, Entity distinct, long windowMs) {
        return new Aggregated(name, new Aggregate(entity, function, distinct, windowMs, 0));
    }

    private static Sha256 sha256(String document) {
        return Sha256.of(document.getBytes(StandardCharsets.UTF_8));
    }
}
