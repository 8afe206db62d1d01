package io.weir.events;

import java.util.ArrayList;
import java.util.List;

/**
 * A number that the policy names, with its value for one transaction.
 *
 * @param name its name in the policy
 * @param value its value
 */
public record Feature(String name, double value) {
    private static final int MINIMUM_BYTES = 9; // an empty string and a double

    static void encode(List<Feature> features, AvroOutput out) {
        out.startArray(features.size());
        for (Feature feature : features) {
            out.writeString(feature.name);
            out.writeDouble(feature.value);
        }
        out.endArray();
    }

    static List<Feature> decode(AvroInput in) {
        List<Feature> features = new ArrayList<>();
        for (int count; (count = in.readBlock("features", MINIMUM_BYTES)) > 0; ) {
            for (int i = 0; i < count; i++) {
                features.add(new Feature(in.readString("features.name"), in.readDouble("features.value")));
            }
        }
        return List.copyOf(features);
    }
}
