package io.weir.events;

import java.util.ArrayList;
import java.util.List;

/**
 * A rule that was hit.
 *
 * @param code the rule's code in the policy
 * @param text the rule's reason text
 * @param weight points that it added to the score; may be negative
 */
public record Reason(String code, String text, double weight) {
    private static final int MINIMUM_BYTES = 10; // two empty strings and a double

    static void encode(List<Reason> reasons, AvroOutput out) {
        out.startArray(reasons.size());
        for (Reason reason : reasons) {
            out.writeString(reason.code);
            out.writeString(reason.text);
            out.writeDouble(reason.weight);
        }
        out.endArray();
    }

    static List<Reason> decode(AvroInput in) {
        int count = in.readBlock("reasons", MINIMUM_BYTES);
        if (count == 0) {
            return List.of();
        }
        List<Reason> reasons = new ArrayList<>(count);
        for (; count > 0; count = in.readBlock("reasons", MINIMUM_BYTES)) {
            for (int i = 0; i < count; i++) {
                reasons.add(new Reason(
                        in.readName("reasons.code"), in.readString("reasons.text"), in.readDouble("reasons.weight")));
            }
        }
        return List.copyOf(reasons);
    }
}
