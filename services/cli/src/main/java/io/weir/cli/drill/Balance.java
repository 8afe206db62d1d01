package io.weir.cli.drill;

import io.vertx.core.json.JsonObject;
import io.weir.cli.drill.DecisionLog.Decided;
import io.weir.cli.drill.PaymentLoad.Told;
import io.weir.events.Decision;
import io.weir.server.audit.AuditReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The books of a drill: what callers were told against what lies on the log.
 *
 * @param acknowledged payments whose sender was told that they are taken
 * @param decided transactions with a decision
 * @param lost acknowledged, and not decided
 * @param doubled decided more than once
 * @param strangers decisions on what is not on the log
 * @param contradicted callers who were told something else than the decision that was committed
 * @param alerts transactions with an alert
 * @param alertsMissing decisions that should alert, and do not, or do so twice
 * @param alertsExcess alerts without such a decision
 * @param poisoned records put on the log that no one can read
 * @param deadLetters records that were put aside
 * @param verified decisions that the audit made again, byte for byte
 * @param divergent decisions that the audit makes otherwise, and alerts that do not fit to theirs
 * @param notVerifiable decisions that the audit cannot make again
 * @param unanchored partitions whose chain of decisions does not end in the head that the group has committed
 */
record Balance(
        int acknowledged,
        int decided,
        int lost,
        int doubled,
        int strangers,
        int contradicted,
        int alerts,
        int alertsMissing,
        int alertsExcess,
        int poisoned,
        int deadLetters,
        long verified,
        long divergent,
        long notVerifiable,
        int unanchored) {

    /**
     * Makes the books.
     *
     * @param submitted by transaction id, what lies on the log as {@code partition/offset}, repetitions included
     */
    static Balance of(
            Map<String, Told> told,
            Map<String, Decided> decided,
            Map<String, Integer> alerts,
            Map<String, Set<String>> submitted,
            int poisoned,
            int deadLetters,
            AuditReport audit) {
        int lost = 0;
        int contradicted = 0;
        for (Map.Entry<String, Told> one : told.entrySet()) {
            Decided decision = decided.get(one.getKey());
            if (decision == null) {
                lost++;
            } else if (!agree(one.getValue(), decision)) {
                contradicted++;
            }
        }
        int doubled = 0;
        int strangers = 0;
        int alertsMissing = 0;
        for (Map.Entry<String, Decided> one : decided.entrySet()) {
            Decided decision = one.getValue();
            doubled += decision.times() - 1;
            String position = decision.partition() + "/" + decision.offset();
            strangers += submitted.getOrDefault(one.getKey(), Set.of()).contains(position) ? 0 : 1;
            boolean alerting = decision.decision() != Decision.APPROVE;
            alertsMissing += alerting && alerts.getOrDefault(one.getKey(), 0) != 1 ? 1 : 0;
        }
        int alertsExcess = 0;
        for (String id : alerts.keySet()) {
            Decided decision = decided.get(id);
            alertsExcess += decision == null || decision.decision() == Decision.APPROVE ? 1 : 0;
        }
        return new Balance(
                told.size(),
                decided.size(),
                lost,
                doubled,
                strangers,
                contradicted,
                alerts.size(),
                alertsMissing,
                alertsExcess,
                poisoned,
                deadLetters,
                audit.verified(),
                audit.divergentTotal(),
                audit.notVerifiableTotal(),
                audit.chain().partitions() - audit.chain().anchored());
    }

    private static boolean agree(Told told, Decided decided) {
        @Nullable String word = told.decision();
        return word == null
                || (word.equals(decided.decision().name())
                        && told.score() == decided.score()
                        && told.partition() == decided.partition()
                        && told.offset() == decided.offset());
    }

    /** What does not balance, for people; empty if everything does. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        note(faults, lost, "acknowledged and never decided");
        note(faults, doubled, "decided more than once");
        note(faults, strangers, "decided and not on the log");
        note(faults, contradicted, "whose caller was told otherwise");
        note(faults, alertsMissing, "that should have one alert and have not");
        note(faults, alertsExcess, "with an alert and no decision for it");
        note(faults, divergent, "decisions and alerts that do not follow from the log");
        note(faults, notVerifiable, "that the audit cannot verify");
        note(faults, unanchored, "partitions whose chain of decisions does not end in the committed head");
        // Divergences count alerts as well as decisions.
        if (divergent == 0 && verified + notVerifiable != decided + doubled) {
            faults.add("the audit saw %,d decisions of %,d".formatted(verified + notVerifiable, decided + doubled));
        }
        if (deadLetters != poisoned) {
            faults.add("%,d dead letters of %,d bad records".formatted(deadLetters, poisoned));
        }
        if (decided == 0 || alerts == 0) {
            faults.add("nothing was decided, or nothing alerted: the drill has proved nothing");
        }
        return faults;
    }

    private static void note(List<String> faults, long count, String what) {
        if (count != 0) {
            faults.add("%,d %s".formatted(count, what));
        }
    }

    JsonObject json() {
        return new JsonObject()
                .put("acknowledged", acknowledged)
                .put("decided", decided)
                .put("lost", lost)
                .put("doubled", doubled)
                .put("strangers", strangers)
                .put("contradicted", contradicted)
                .put("alerts", alerts)
                .put("alertsMissing", alertsMissing)
                .put("alertsExcess", alertsExcess)
                .put("poisoned", poisoned)
                .put("deadLetters", deadLetters)
                .put("verified", verified)
                .put("divergent", divergent)
                .put("notVerifiable", notVerifiable)
                .put("unanchored", unanchored);
    }
}
