package io.weir.server.gateway;

import io.weir.core.decide.Admission;
import io.weir.core.decide.Admission.Violation;
import io.weir.events.TransactionLabelled;
import io.weir.server.gateway.FlatJson.Field;
import io.weir.server.gateway.FlatJson.Kind;
import java.util.List;

/** A label as analysts and chargeback systems submit it: {@code TransactionLabelled} but {@code receivedAtMs}. */
final class LabelJson {
    private static final FlatJson FORMAT = new FlatJson(List.of(
            new Field("transactionId", Kind.STRING, true),
            new Field("accountId", Kind.STRING, true),
            new Field("occurredAtMs", Kind.INTEGER, true),
            new Field("fraud", Kind.BOOLEAN, true),
            new Field("source", Kind.STRING, false)));

    private LabelJson() {}

    /**
     * The label in {@code utf8}, admissible, received now.
     *
     * @throws io.weir.server.http.ProblemException 400 or 422
     */
    static TransactionLabelled read(byte[] utf8, long receivedAtMs) {
        Fields fields = new Fields(FORMAT.read(utf8));
        TransactionLabelled label = new TransactionLabelled(
                fields.string(0),
                fields.string(1),
                fields.integer(2),
                receivedAtMs,
                fields.truth(3),
                fields.optional(4));
        Violation violation = Admission.violation(label);
        if (violation != null) {
            throw InputProblems.violation(violation);
        }
        return label;
    }
}
