package io.weir.core.decide;

import io.weir.core.policy.Label;
import io.weir.core.window.StateFormatException;
import io.weir.core.window.StateInput;
import io.weir.core.window.StateOutput;

/** Some rows of an account, as snapshots have them: of each the distance from the one before, and 0 at the end. */
final class AccountRows {
    private AccountRows() {}

    static void writeLabelled(AccountWindows account, Label label, StateOutput out) {
        int before = account.events().start() - 1;
        for (int row = account.events().start(); row < account.events().end(); row++) {
            if (account.label(row) == label) {
                out.writeVarLong(row - before);
                before = row;
            }
        }
        out.writeVarLong(0);
    }

    static void readLabelled(AccountWindows account, Label label, StateInput in) {
        int row = account.events().start() - 1;
        int distance;
        while ((distance = in.readCount(account.events().end() - 1 - row)) > 0) {
            row += distance;
            if (account.label(row) != null) {
                throw new StateFormatException("a row has two labels");
            }
            account.setLabel(row, label);
        }
    }

    /** Those that a measure takes, each with its value if it has one. */
    static void writeTaken(AccountWindows account, int measure, boolean hasValue, StateOutput out) {
        int before = account.events().start() - 1;
        for (int row = account.events().start(); row < account.events().end(); row++) {
            if (account.isTaken(row, measure)) {
                out.writeVarLong(row - before);
                if (hasValue) {
                    out.writeVarLong(account.value(row, measure));
                }
                before = row;
            }
        }
        out.writeVarLong(0);
    }

    static void readTaken(AccountWindows account, int measure, boolean hasValue, StateInput in) {
        int row = account.events().start() - 1;
        int distance;
        while ((distance = in.readCount(account.events().end() - 1 - row)) > 0) {
            row += distance;
            account.setTaken(row, measure, hasValue ? in.readVarLong() : 0);
        }
    }
}
