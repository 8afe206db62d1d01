package io.weir.server.audit;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HexFormat;
import java.util.List;

/**
 * The state rebuilt from the log beside the snapshots.
 *
 * @param accounts snapshots of accounts
 * @param entities snapshots of other entities
 * @param swept whether a sweep was ever completed: without one there is nothing that must be there
 * @param differences the first of them
 * @param rebuiltAccounts accounts in the rebuilt state
 * @param rebuiltEntities other entities in the rebuilt state
 * @param stateHash of the rebuilt state at the end of the log
 * @param records of the transaction log folded
 * @param seconds that it took
 * @param recordsPerSecond since the first was read
 */
public record RebuildReport(
        Tally accounts,
        Tally entities,
        boolean swept,
        List<Difference> differences,
        int rebuiltAccounts,
        int rebuiltEntities,
        long stateHash,
        long records,
        double seconds,
        double recordsPerSecond) {

    public RebuildReport {
        differences = List.copyOf(differences);
    }

    /** How snapshots of one kind compare. */
    public static final class Tally {
        private long equal;
        private long different;
        private long missing;

        void addEqual() {
            equal++;
        }

        void addDifferent() {
            different++;
        }

        void addMissing() {
            missing++;
        }

        /** Byte for byte what is rebuilt. */
        public long equal() {
            return equal;
        }

        /** Something else, or damaged. */
        public long different() {
            return different;
        }

        /** Of the rebuilt state, what should have a snapshot and has none. */
        public long missing() {
            return missing;
        }

        private JsonObject json() {
            return new JsonObject()
                    .put("equal", equal)
                    .put("different", different)
                    .put("missing", missing);
        }
    }

    /** A snapshot that is not what it should be. */
    public record Difference(String key, String detail) {}

    /** Whether every snapshot is what is rebuilt, and none is missing. */
    public boolean same() {
        return accounts.different + accounts.missing + entities.different + entities.missing == 0;
    }

    /** For programs. */
    public JsonObject json() {
        JsonArray all = new JsonArray();
        differences.forEach(difference ->
                all.add(new JsonObject().put("key", difference.key).put("detail", difference.detail)));
        return new JsonObject()
                .put("same", same())
                .put("swept", swept)
                .put("accounts", accounts.json())
                .put("entities", entities.json())
                .put("rebuiltAccounts", rebuiltAccounts)
                .put("rebuiltEntities", rebuiltEntities)
                .put("stateHash", HexFormat.of().toHexDigits(stateHash))
                .put("records", records)
                .put("seconds", Math.round(seconds * 1000) / 1000.0)
                .put("recordsPerSecond", Math.round(recordsPerSecond))
                .put("differences", all);
    }

    /** For people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        differences.forEach(difference -> text.append("  %s: %s%n".formatted(difference.key, difference.detail)));
        text.append("%n  %-24s %12s %12s %12s%n".formatted("snapshots", "equal", "different", "missing"));
        row(text, "accounts", accounts);
        row(text, "other entities", entities);
        text.append("%n  %-24s %,d accounts, %,d other entities, hash %s%n"
                .formatted(
                        "rebuilt state",
                        rebuiltAccounts,
                        rebuiltEntities,
                        HexFormat.of().toHexDigits(stateHash)));
        text.append("  %-24s %,d in %.1f s, %,.0f/s%n".formatted("records folded", records, seconds, recordsPerSecond));
        text.append("%n%s%n".formatted(sentence()));
        return text.toString();
    }

    private String sentence() {
        if (!same()) {
            return "THE SNAPSHOTS ARE NOT WHAT THE LOG SAYS.";
        }
        return swept ? "Every snapshot is what the log says, byte for byte." : "There are no complete snapshots yet.";
    }

    private static void row(StringBuilder text, String name, Tally tally) {
        text.append("  %-24s %,12d %,12d %,12d%n".formatted(name, tally.equal, tally.different, tally.missing));
    }
}
