package io.weir.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Outcome;
import io.weir.core.decide.Selections;
import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.TransactionDecided;
import io.weir.events.TransactionLabelled;
import io.weir.events.TransactionSubmitted;
import io.weir.server.audit.Explanation.ExplainedFeature;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import io.weir.server.policy.PolicyText;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The events listed for a decision add up to its features, of whatever kind these are. */
class PastEventsTest {
    private static final String DOCUMENT = """
            id: everything
            features:
              - {name: mine, aggregate: {entity: account, function: mean, window: 1d}}
              - {name: known, aggregate: {entity: account, function: count, label: known, window: 30d, delay: 1h}}
              - {name: pause, aggregate: {entity: terminal, function: since_last, window: 1d}}
              - {name: pause_before, aggregate: {entity: terminal, function: since_last, window: 1d, delay: 2h}}
              - {name: since_genuine, aggregate: {entity: terminal, function: since_last, label: genuine, window: 30d, delay: 2h}}
              - {name: after_genuine, aggregate: {entity: terminal, function: count_since_last, label: genuine, window: 30d, delay: 2h}}
              - name: after_large
                aggregate: {entity: device, function: count_since_last, filter: transaction.amountMinor > 600, window: 7d}
              - name: since_large
                aggregate: {entity: device, function: since_last, filter: transaction.amountMinor > 600, window: 7d, delay: 1h}
              - name: excess
                aggregate: {entity: terminal, function: sum, value: double(transaction.amountMinor) / mine, window: 7d}
              - {name: frauds, aggregate: {entity: terminal, function: count, filter: known > 0.0, label: fraud, window: 7d}}
              - {name: accounts, aggregate: {entity: device, function: distinct, of: account, window: 1d, delay: 1h}}
              - {name: devices, aggregate: {entity: terminal, function: distinct, of: device, window: 7d}}
              - {name: terminals, aggregate: {entity: account, function: distinct, of: terminal, window: 7d}}
            rules: []
            thresholds: {review: 40, decline: 80}
            """;

    private static final long START_MS = 1_700_000_000_000L;

    private record Explained(TransactionDecided decided, List<ExplainedFeature> features) {}

    @Test
    void theEventsAddUpToEveryFeature() throws Exception {
        Policy policy = new PolicyCompiler().compile(DOCUMENT);
        int numbers = 0;
        for (long seed = 0; seed < 40; seed++) {
            List<Event> log = log(new Random(seed));
            for (int subject = log.size() - 1; subject > 0; subject -= 9) {
                if (!(log.get(subject) instanceof TransactionSubmitted transaction)) {
                    continue;
                }
                for (ExplainedFeature feature : explain(policy, log, transaction).features) {
                    assertThat(feature.addsUp())
                            .as(
                                    "seed %s, event %s: %s is %s, the events add up to %s",
                                    seed, subject, feature.name(), feature.value(), feature.addedUp())
                            .isTrue();
                    numbers += Double.isNaN(feature.value()) || feature.value() == 0 ? 0 : 1;
                }
            }
        }
        assertThat(numbers).as("values that say something").isGreaterThan(2_000);
    }

    @Test
    void theTextSaysWhichTransactionsAreTakenAndWhatOfThem() throws Exception {
        Policy policy = new PolicyCompiler().compile(DOCUMENT);
        List<Event> log = log(new Random(1));
        TransactionSubmitted subject = log.stream()
                .filter(TransactionSubmitted.class::isInstance)
                .map(TransactionSubmitted.class::cast)
                .toList()
                .getLast();
        Explained explained = explain(policy, log, subject);
        Explanation explanation = new Explanation(
                subject,
                explained.decided,
                explained.decided,
                policy,
                explained.features,
                List.of(),
                new Explanation.Place(0, START_MS, "", "", ""),
                true);

        assertThat(ExplanationText.of(explanation))
                .contains("only where  transaction.amountMinor > 600")
                .contains("value       double(transaction.amountMinor) / mine, in place of the amount")
                .contains("only those labelled genuine by then")
                .contains("only those labelled fraud or genuine by then")
                .contains("distinct accounts of device")
                .contains("count_since_last of terminal");
        assertThat(explanation.json().encode())
                .contains("\"filter\":\"transaction.amountMinor > 600\"")
                .contains("\"valueExpression\":\"double(transaction.amountMinor) / mine\"")
                .contains("\"label\":\"GENUINE\"");
    }

    private static Explained explain(Policy policy, List<Event> log, TransactionSubmitted subject)
            throws PolicyException {
        DecisionStateMachine machine = new DecisionStateMachine(Selections.of(List.of(policy)));
        machine.activate(policy);
        PastEvents past = new PastEvents(subject, policy);
        for (int offset = 0; ; offset++) {
            Event event = log.get(offset);
            Outcome outcome = machine.decide(event, 0, offset);
            if (event instanceof TransactionLabelled label && outcome instanceof Outcome.Labelled) {
                past.label(label);
            } else if (event instanceof TransactionSubmitted transaction
                    && outcome instanceof Outcome.Decided decided
                    && past.concerns(transaction)) {
                past.add(transaction, 0, offset, machine);
                if (transaction.equals(subject)) {
                    return new Explained(
                            decided.decision(),
                            Explainer.features(policy, decided.decision(), PolicyText.of(DOCUMENT), past, 20));
                }
            }
        }
    }

    /** Transactions of a few accounts, terminals and devices, mostly in order, and labels some time after them. */
    private static List<Event> log(Random random) {
        List<Event> log = new ArrayList<>();
        List<TransactionSubmitted> transactions = new ArrayList<>();
        long timeMs = START_MS;
        for (int i = 0; i < 120; i++) {
            timeMs += random.nextInt(3) * (1_000L + random.nextInt(3_600_000));
            long late = random.nextInt(8) == 0 ? random.nextInt(7_200_000) : 0;
            TransactionSubmitted transaction = new TransactionSubmitted(
                    "t" + i,
                    "a" + random.nextInt(4),
                    timeMs - late,
                    timeMs,
                    random.nextInt(1_000),
                    "EUR",
                    "T" + random.nextInt(3),
                    null,
                    null,
                    null,
                    random.nextInt(4) == 0 ? null : "d" + random.nextInt(3),
                    null,
                    null,
                    null);
            log.add(transaction);
            transactions.add(transaction);
            if (random.nextInt(2) == 0) {
                TransactionSubmitted labelled = transactions.get(random.nextInt(transactions.size()));
                log.add(new TransactionLabelled(
                        labelled.transactionId(),
                        labelled.accountId(),
                        timeMs,
                        timeMs,
                        random.nextInt(3) == 0,
                        "test"));
            }
        }
        return log;
    }
}
