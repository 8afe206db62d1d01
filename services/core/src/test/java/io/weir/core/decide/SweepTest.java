package io.weir.core.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.weir.core.policy.Entity;
import io.weir.core.window.EntityWindows;
import io.weir.core.window.StateFormatException;
import io.weir.events.AccountSnapshot;
import io.weir.events.EntitySnapshot;
import io.weir.events.Event;
import io.weir.events.SweepCompleted;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a sweep writes, when, and as of which moment. */
class SweepTest {
    private static final long NOW = 1_750_000_000_000L;
    private static final int ALL = Integer.MAX_VALUE;

    private final DecisionStateMachine core = new DecisionStateMachine();
    /** The next offset of partition 0; nothing lies in partition 1. */
    private long offset;

    private void fold(Event event) {
        core.fold(event, 0, offset++);
    }

    private static Submission payment(String id, String account, @Nullable String terminal) {
        return Submission.of(id).account(account).terminal(terminal).at(NOW);
    }

    private long[] positions() {
        return new long[] {offset, 0};
    }

    private List<Event> sweepAll() {
        List<Event> written = new ArrayList<>();
        Sweep sweep = core.sweep(positions());
        assertThat(sweep.write(positions(), ALL, written::add)).isTrue();
        written.add(sweep.completed());
        return written;
    }

    private List<String> sweptKeys() {
        return sweepAll().stream().map(Event::key).toList();
    }

    @Test
    void entitiesComeFirstThenAccountsThenWhatItWas() {
        fold(payment("one", "a1", "T1").event());
        fold(payment("two", "a2", "T1").event());

        List<Event> written = sweepAll();

        assertThat(written)
                .containsExactly(
                        EntitySnapshot.of(
                                "terminal",
                                "T1",
                                new long[] {2, 0},
                                DecisionStateMachine.STATE_FORMAT,
                                core.state(Entity.TERMINAL, "T1")),
                        AccountSnapshot.of("a1", 0, 2, DecisionStateMachine.STATE_FORMAT, core.state("a1")),
                        AccountSnapshot.of("a2", 0, 2, DecisionStateMachine.STATE_FORMAT, core.state("a2")),
                        new SweepCompleted(new long[] {2, 0}, 2, 1));
    }

    @Test
    void onlyWhatHasChangedIsWritten() {
        fold(payment("one", "a1", "T1").event());
        fold(payment("two", "a2", "T2").event());
        sweepAll();
        assertThat(sweptKeys()).as("nothing").containsExactly("sweep");

        fold(payment("one", "a1", "T1").event());
        fold(payment("one", "a1", "T1").amount(7).event());
        fold(payment("two", "a2", "T2").label(false));
        fold(payment("unknown", "a2", "T2").label(true));
        assertThat(sweptKeys()).as("what changes nothing").containsExactly("sweep");

        fold(payment("two", "a2", "T2").label(true));
        assertThat(sweptKeys()).as("a label").containsExactly("terminal:T2", "a2", "sweep");

        fold(payment("three", "a1", "T2").event());
        fold(payment("four", "a1", "T2").event());
        assertThat(sweptKeys()).as("once each").containsExactly("terminal:T2", "a1", "sweep");
    }

    @Test
    void whatWasLoadedHasNotChanged() {
        fold(payment("one", "a1", "T1").event());
        fold(payment("two", "a2", "T2").event());
        DecisionStateMachine restored = new DecisionStateMachine();
        sweepAll().forEach(event -> {
            if (event instanceof EntitySnapshot entity) {
                restored.load(entity);
            } else if (event instanceof AccountSnapshot account) {
                restored.load(account);
            }
        });
        assertThatIllegalStateException().isThrownBy(() -> restored.sweep(new long[] {2, 0}));
        restored.fold(payment("two", "a2", "T2").event(), 0, 1); // contained
        restored.fold(payment("three", "a1", "T2").event(), 0, 2);
        restored.restored();

        Sweep sweep = restored.sweep(new long[] {3, 0});
        List<String> keys = new ArrayList<>();
        sweep.write(new long[] {3, 0}, ALL, event -> keys.add(event.key()));
        assertThat(keys).containsExactly("terminal:T2", "a1");
    }

    @Test
    void anEntityIsWrittenAsItIsAndAnAccountAsItWas() {
        fold(payment("one", "a1", "T1").event());
        fold(payment("two", "a2", "T2").event());
        byte[] before = core.state("a1");
        Sweep sweep = core.sweep(positions());
        List<Event> written = new ArrayList<>();
        assertThat(sweep.write(positions(), 1, written::add)).isFalse(); // T1

        fold(payment("three", "a1", "T1").event());
        fold(payment("four", "a3", "T2").event());
        byte[] terminal = core.state(Entity.TERMINAL, "T2");
        assertThat(sweep.keptBytes()).isPositive();
        while (!sweep.write(positions(), 1, written::add)) {
            assertThat(written).hasSizeLessThan(5);
        }

        assertThat(written)
                .extracting(Event::key)
                .as("a1 was encoded first; a3 is new")
                .containsExactly("terminal:T1", "terminal:T2", "a1", "a2");
        assertThat(written.get(1))
                .isEqualTo(EntitySnapshot.of(
                        "terminal", "T2", new long[] {4, 0}, DecisionStateMachine.STATE_FORMAT, terminal));
        assertThat(written.get(2)).isEqualTo(AccountSnapshot.of("a1", 0, 2, DecisionStateMachine.STATE_FORMAT, before));
        assertThat(sweep.completed()).isEqualTo(new SweepCompleted(new long[] {2, 0}, 2, 2));
        assertThat(sweep.keptBytes()).isZero();
        assertThat(sweptKeys())
                .as("T2 was written as it is now, T1 has changed again")
                .containsExactly("terminal:T1", "a1", "a3", "sweep");
    }

    @Test
    void eachCallWritesUpToItsBudgetAndAtLeastWhatWasKept() {
        for (int i = 0; i < 10; i++) {
            fold(payment("t" + i, "a" + i, "T" + i).event());
        }
        Sweep sweep = core.sweep(positions());
        List<Event> written = new ArrayList<>();
        sweep.write(positions(), 0, written::add);
        assertThat(written).as("at least one").hasSize(1);
        sweep.write(positions(), 200, written::add);
        assertThat(written).hasSizeBetween(3, 4);
        for (int i = 0; i < 5; i++) {
            fold(payment("u" + i, "a" + i, "T1").event());
        }
        written.clear();
        long kept = sweep.keptBytes();
        sweep.write(positions(), 1, written::add);

        assertThat(written.stream().mapToLong(SweepTest::bytes).sum()).isGreaterThanOrEqualTo(kept);
    }

    private static long bytes(Event event) {
        return event instanceof EntitySnapshot entity
                ? entity.state().length + entity.id().length() + 64
                : 0;
    }

    @Test
    void whatAnAbandonedSweepDidNotWriteIsWrittenByTheNext() {
        fold(payment("one", "a1", "T1").event());
        fold(payment("two", "a2", "T2").event());
        fold(payment("three", "a3", "T3").event());
        Sweep sweep = core.sweep(positions());
        List<Event> written = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            assertThat(sweep.write(positions(), 1, written::add)).isFalse();
        }
        assertThat(written).extracting(Event::key).endsWith("a1");
        fold(payment("four", "a2", "T1").event());
        sweep.abandon();
        assertThatIllegalStateException().isThrownBy(() -> sweep.write(positions(), 1, written::add));
        assertThatIllegalStateException().isThrownBy(sweep::completed);
        assertThat(sweep.keptBytes()).isZero();

        assertThat(sweptKeys()).containsExactly("terminal:T1", "a2", "a3", "sweep");
        sweep.abandon();
        assertThat(sweptKeys()).as("no effect any more").containsExactly("sweep");
    }

    @Test
    void oneSweepAtATime() {
        fold(payment("one", "a1", "T1").event());
        Sweep sweep = core.sweep(positions());
        assertThatIllegalStateException().isThrownBy(() -> core.sweep(positions()));
        assertThatIllegalStateException().as("not complete").isThrownBy(sweep::completed);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sweep.write(new long[] {0, 0}, 1, event -> {}))
                .withMessageContaining("partition 0");
        sweep.write(positions(), ALL, event -> {});
        assertThat(sweep.write(positions(), ALL, event -> Assertions.fail("complete")))
                .isTrue();
        sweepAll();
    }

    @Test
    void nothingIsDecidedWhileSnapshotsMayContainIt() {
        fold(payment("one", "a1", "T1").event());
        DecisionStateMachine restored = new DecisionStateMachine();
        restored.load((EntitySnapshot) sweepAll().getFirst());
        assertThatIllegalStateException()
                .isThrownBy(() -> restored.decide(payment("two", "a1", "T1").event(), 0, 1));
    }

    @Test
    void aSnapshotThatDoesNotFitIsRefusedWithTheReason() {
        fold(payment("one", "a1", "T1").event());
        List<Event> written = sweepAll();
        EntitySnapshot entity = (EntitySnapshot) written.get(0);
        AccountSnapshot account = (AccountSnapshot) written.get(1);

        refuses(
                new AccountSnapshot(
                        "a1", 0, 1, DecisionStateMachine.STATE_FORMAT, account.checksum() + 1, account.state()),
                "checksum");
        refuses(AccountSnapshot.of("a1", 0, 1, 1, account.state()), "version 1", "version 2");
        refuses(AccountSnapshot.of("a1", -1, 1, DecisionStateMachine.STATE_FORMAT, account.state()), "position");
        refuses(account, "terminal T1", "no snapshot");
        refuses(
                EntitySnapshot.of(
                        "account", "T1", entity.positions(), DecisionStateMachine.STATE_FORMAT, entity.state()),
                "kind");
        refuses(EntitySnapshot.of("terminal", "T1", entity.positions(), 3, entity.state()), "version 3");
        refuses(
                EntitySnapshot.of("terminal", "T1", entity.positions(), DecisionStateMachine.STATE_FORMAT, new byte[0]),
                "terminal:T1",
                "ends early");
    }

    @Test
    void anAccountThatContainsWhatIsNotBeforeItsPositionIsRefused() {
        fold(payment("one", "a1", null).event());
        AccountSnapshot account = (AccountSnapshot) sweepAll().getFirst();

        refuses(AccountSnapshot.of("a1", 0, 0, DecisionStateMachine.STATE_FORMAT, account.state()), "a1", "offset");
    }

    private static void refuses(Event snapshot, String... why) {
        DecisionStateMachine machine = new DecisionStateMachine();
        Assertions.assertThatExceptionOfType(StateFormatException.class)
                .isThrownBy(() -> {
                    switch (snapshot) {
                        case EntitySnapshot entity -> machine.load(entity);
                        case AccountSnapshot account -> machine.load(account);
                        default -> throw new IllegalArgumentException(snapshot.toString());
                    }
                })
                .withMessageContainingAll(why);
    }

    @Test
    void aKeyIsLoadedOnce() {
        fold(payment("one", "a1", "T1").event());
        List<Event> written = sweepAll();
        DecisionStateMachine restored = new DecisionStateMachine();
        restored.load((EntitySnapshot) written.get(0));
        restored.load((AccountSnapshot) written.get(1));
        assertThatIllegalStateException().isThrownBy(() -> restored.load((EntitySnapshot) written.get(0)));
        assertThatIllegalStateException().isThrownBy(() -> restored.load((AccountSnapshot) written.get(1)));
    }

    @Test
    void anIdInTwoPartitionsIsTwoAccounts() {
        Submission one = payment("one", "a1", "T1");
        DecisionStateMachine other = new DecisionStateMachine();
        core.fold(one.event(), 2, 5);
        core.fold(one.event(), 0, 7);
        core.fold(one.label(true), 1, 3);
        core.fold(one.event(), 1, 4);
        core.fold(one.label(true), 1, 5);
        other.fold(one.event(), 1, 4);
        other.fold(one.label(true), 1, 5);
        other.fold(one.event(), 0, 7);
        other.fold(one.event(), 2, 5);

        assertThat(core.accounts()).isEqualTo(3);
        assertThat(core.stateHash()).as("whatever came first").isEqualTo(other.stateHash());
        assertThat(core.state("a1")).isEqualTo(other.state("a1"));
        long[] positions = {8, 6, 6};
        SnapshotTopics topics = new SnapshotTopics();
        core.sweep(positions).write(positions, ALL, topics);
        assertThat(topics.accounts).hasSize(3);
        DecisionStateMachine restored = topics.load(EntityWindows.EXACT_EVENTS, Selections.NONE);
        restored.fold(one.event(), 2, 5);
        restored.fold(one.event(), 0, 7);
        restored.restored();
        assertThat(restored.stateHash()).isEqualTo(core.stateHash());
    }
}
