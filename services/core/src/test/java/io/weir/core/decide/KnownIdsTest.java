package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.policy.Aggregate;
import io.weir.core.window.EntityWindows;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** An account knows the ids of all its rows, however many there are and whatever becomes of them. */
class KnownIdsTest {
    private static final long NOW = 1_750_000_000_000L;

    @Test
    void idsOfRowsAreKnownAsAWalkOverTheRowsKnowsThem() {
        long known = 0;
        long gone = 0;
        for (long seed = 0; seed < 16; seed++) {
            Random random = new Random(seed);
            int exactEvents = random.nextBoolean() ? EntityWindows.EXACT_EVENTS : 1 + random.nextInt(600);
            AccountWindows account = new AccountWindows("a", 0, exactEvents, Selections.NONE);
            List<Long> ids = new ArrayList<>();
            long time = NOW;
            for (int i = 0; i < 3_000; i++) {
                // mostly small steps; now and then the horizon passes some rows, or all of them
                time += random.nextInt(700) == 0 ? random.nextLong(Aggregate.HORIZON_MS + 1) : random.nextInt(60_000);
                long id = random.nextInt(50) == 0 ? (long) random.nextInt(3) << 32 | i : random.nextLong();
                if (walk(account, id) < 0) {
                    account.insert(time - random.nextInt(100_000), 1, id, ~id, i);
                    ids.add(id);
                }
                for (int probe = 0; probe < 3; probe++) {
                    long asked = probe == 0 ? random.nextLong() : ids.get(random.nextInt(ids.size()));
                    int row = walk(account, asked);
                    if (account.rowOf(asked) != row) {
                        throw new AssertionError("seed " + seed + ", event " + i + ": " + asked + " is in row " + row);
                    }
                    known += row >= 0 ? 1 : 0;
                    gone += row < 0 && probe > 0 ? 1 : 0;
                }
            }
        }
        assertThat(known).isGreaterThan(8_000);
        assertThat(gone).isGreaterThan(8_000);
    }

    private static int walk(AccountWindows account, long idHash) {
        for (int row = account.events().end() - 1; row >= account.events().start(); row--) {
            if (account.idHash(row) == idHash) {
                return row;
            }
        }
        return -1;
    }

    @Test
    void aRetryIsRecognisedAsFarAsTheMostRecentEventsReachAndTheLastLateArrivals() {
        AccountWindows account = new AccountWindows("a", 0, 300, Selections.NONE);
        for (int i = 0; i < 1_000; i++) {
            account.insert(NOW + i * 1_000L, 1, id(i), i, i);
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(account.original(id(i)) != null).as("event %s", i).isEqualTo(i >= 700);
        }

        for (int i = 0; i < 300; i++) {
            int row = account.insert(NOW + i * 500L, 1, id(2_000 + i), i, 2_000 + i);
            assertThat(row).as("counted in a pane").isEqualTo(EntityWindows.PANED);
        }
        for (int i = 0; i < 300; i++) {
            assertThat(account.original(id(2_000 + i)) != null)
                    .as("late arrival %s", i)
                    .isEqualTo(i >= 300 - LateArrivals.CAPACITY);
        }
    }

    @Test
    void anIdWhoseHashIsZeroIsAnIdLikeAnyOther() {
        AccountWindows account = new AccountWindows("a", 0, EntityWindows.EXACT_EVENTS, Selections.NONE);
        for (int i = 1; i < 400; i++) {
            account.insert(NOW + i, 1, i, i, i);
            assertThat(account.rowOf(0)).isEqualTo(-1);
        }
        account.insert(NOW, 1, 0, 0, 400);
        assertThat(account.rowOf(0)).isEqualTo(account.events().start());
    }

    private static long id(int number) {
        return number * 0x9E3779B97F4A7C15L;
    }
}
