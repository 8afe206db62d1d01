package io.weir.server.yaml;

import java.util.List;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/** A node of a YAML document and where it begins, as an index of code points. Scalars are text: what they mean is the reader's affair. */
public sealed interface YamlNode {

    int start();

    record Scalar(int start, String value, ScalarStyle style) implements YamlNode {}

    record Sequence(int start, List<YamlNode> items) implements YamlNode {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    record Mapping(int start, List<Entry> entries) implements YamlNode {
        public Mapping {
            entries = List.copyOf(entries);
        }
    }

    record Entry(Scalar key, YamlNode value) {}
}
