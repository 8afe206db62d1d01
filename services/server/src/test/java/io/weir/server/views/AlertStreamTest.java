package io.weir.server.views;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.weir.server.views.AlertStream.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertStreamTest {
    private static final int PARTITIONS = 3;

    private boolean caughtUp = true;
    private final AlertStream stream = stream(10_000, 2, 50);
    private final RecordingClient client = new RecordingClient();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aClientThatComesBackAgainAndAgainGetsEachAlertItWantsExactlyOnce(long seed) {
        Random random = new Random(seed);
        AlertFilter filter = filter(Map.of("decision", "DECLINE"));
        String last = "-";
        List<String> got = new ArrayList<>();
        int id = 0;
        AlertStream current = stream;
        while (id < 2_000) {
            Connection connection = current.connect(filter, StreamPosition.parse(last), client);
            assertThat(connection.gap()).as("seed %s", seed).isFalse();
            for (int step = random.nextInt(60); step > 0; step--) {
                add(current, id++, random);
                if (random.nextInt(3) == 0) {
                    StreamedAlert polled = connection.queue().poll();
                    if (polled != null) {
                        got.add(polled.alert().read().transactionId());
                    }
                    last = connection.queue().position();
                }
            }
            current.disconnect(connection);
            if (random.nextInt(10) == 0) {
                current = rebuilt(current, random); // a restart reads the partitions in another order
            }
        }
        Connection rest = current.connect(filter, StreamPosition.parse(last), client);
        for (StreamedAlert polled; (polled = rest.queue().poll()) != null; ) {
            got.add(polled.alert().read().transactionId());
        }
        List<String> wanted = IntStream.range(0, id)
                .mapToObj(SampleEvents::heldAlert)
                .filter(filter)
                .map(alert -> alert.read().transactionId())
                .toList();
        assertThat(got).as("seed %s", seed).containsExactlyInAnyOrderElementsOf(wanted);
    }

    @Test
    void aClientWithoutAnIdGetsOnlyWhatIsNew() {
        Random random = new Random(1);
        add(stream, 0, random);
        Connection connection = stream.connect(filter(Map.of()), null, client);
        assertThat(connection.queue().poll()).isNull();
        add(stream, 1, random);
        assertThat(client.woken).isEqualTo(1);
        assertThat(connection.queue().poll().alert().read().transactionId()).isEqualTo("tx-1");
    }

    @Test
    void nothingIsNewWhileTheLogIsStillBeingReadButAnIdIsServed() {
        Random random = new Random(1);
        caughtUp = false;
        Connection fresh = stream.connect(filter(Map.of()), null, client);
        Connection back = stream.connect(filter(Map.of()), StreamPosition.parse("0-0.1-0.2-0"), client);
        for (int id = 0; id < 10; id++) {
            stream.add(id % PARTITIONS, id / PARTITIONS, id, SampleEvents.heldAlert(id));
        }
        assertThat(fresh.queue().poll()).isNull();
        assertThat(back.queue().poll().alert().read().transactionId()).isEqualTo("tx-3");
        caughtUp = true;
        add(stream, 10, random);
        assertThat(fresh.queue().poll().alert().read().transactionId()).isEqualTo("tx-10");
    }

    @Test
    void aClientWhoseNextAlertIsGoneHearsOfTheGapAndGoesOnWithNewOnes() {
        AlertStream small = stream(5, 2, 50);
        for (int id = 0; id < 10; id++) {
            small.add(0, id, id, SampleEvents.heldAlert(id));
        }
        assertThat(small.connect(filter(Map.of()), StreamPosition.parse("0-4"), client)
                        .gap())
                .isFalse();
        Connection late = small.connect(filter(Map.of()), StreamPosition.parse("0-3"), client);
        assertThat(late.gap()).isTrue();
        assertThat(late.queue().poll()).isNull();
        assertThat(late.queue().position()).isEqualTo("0-9");
        small.add(0, 10, 10, SampleEvents.heldAlert(10));
        assertThat(late.queue().poll().alert().read().transactionId()).isEqualTo("tx-10");
    }

    @Test
    void anIdFromBeyondTheLogIsAGapToo() {
        stream.add(0, 5, 5, SampleEvents.heldAlert(5));
        assertThat(stream.connect(filter(Map.of()), StreamPosition.parse("0-6"), client)
                        .gap())
                .isTrue();
    }

    @Test
    void aClientThatIsTooFarBehindIsDroppedAndTheOthersAreNot() {
        for (int id = 0; id < 200; id++) {
            stream.add(0, id, id, SampleEvents.heldAlert(id));
        }
        RecordingClient slow = new RecordingClient();
        Connection behind = stream.connect(filter(Map.of()), StreamPosition.parse("-"), slow);
        Connection quick = stream.connect(filter(Map.of()), null, client);
        for (int id = 200; id < 250; id++) { // as many as it may be behind, the backlog not counted
            stream.add(0, id, id, SampleEvents.heldAlert(id));
            quick.queue().poll();
        }
        assertThat(slow.dropped).isZero();
        stream.add(0, 250, 250, SampleEvents.heldAlert(250));

        assertThat(slow.dropped).isEqualTo(1);
        assertThat(client.dropped).isZero();
        assertThat(stream.dropped()).isEqualTo(1);
        assertThat(stream.clients()).isEqualTo(1);
        assertThat(stream.connect(filter(Map.of()), null, client))
                .as("its place is taken while its connection stands")
                .isNull();
        stream.disconnect(behind);
        assertThat(stream.connect(filter(Map.of()), null, client)).isNotNull();
        // What it was sent before still leads to where it must go on.
        assertThat(behind.queue().poll().alert().read().transactionId()).isEqualTo("tx-0");
        assertThat(behind.queue().position()).isEqualTo("0-0");
    }

    @Test
    void thePositionFollowsWhatTheFilterHoldsBackOnceNothingWaits() {
        Connection connection = stream.connect(filter(Map.of("rule", "R1")), null, client);
        for (int id = 0; id <= 4; id++) {
            stream.add(0, id, id, SampleEvents.heldAlert(id));
        }
        assertThat(connection.queue().position()).isEqualTo("0-0");
        assertThat(connection.queue().poll().alert().read().transactionId()).isEqualTo("tx-1");
        assertThat(connection.queue().position()).isEqualTo("0-4");
    }

    @Test
    void takesNoMoreClientsThanItMayAndNoneAfterItsEnd() {
        Connection first = stream.connect(filter(Map.of()), null, client);
        stream.connect(filter(Map.of()), null, client);
        assertThat(stream.connect(filter(Map.of()), null, client)).isNull();
        stream.disconnect(first);
        assertThat(stream.connect(filter(Map.of()), null, client)).isNotNull();
        stream.end();
        assertThat(client.ended).isEqualTo(2);
        assertThat(stream.connect(filter(Map.of()), null, client)).isNull();
    }

    @Test
    void aClockThatGoesBackDoesNotChangeTheOrderOfAPartition() {
        stream.add(0, 0, 1_000, SampleEvents.heldAlert(0));
        stream.add(0, 1, 900, SampleEvents.heldAlert(1));
        Connection connection = stream.connect(filter(Map.of()), StreamPosition.parse("-"), client);
        assertThat(connection.queue().poll().offset()).isZero();
        assertThat(connection.queue().poll().offset()).isEqualTo(1);
    }

    private AlertStream stream(int alerts, int clients, int behind) {
        Duration second = Duration.ofSeconds(1);
        return new AlertStream(
                new ViewsConfig(1 << 20, 1 << 20, 1 << 20, alerts, clients, behind, second, second), () -> caughtUp);
    }

    private AlertStream rebuilt(AlertStream from, Random random) {
        AlertStream rebuilt = stream(10_000, 2, 50);
        List<List<LogPosition>> partitions = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int wanted = partition;
            partitions.add(new ArrayList<>(from.alerts().all().keySet().stream()
                    .filter(position -> position.partition() == wanted)
                    .toList()));
        }
        while (partitions.stream().anyMatch(partition -> !partition.isEmpty())) {
            List<LogPosition> partition = partitions.get(random.nextInt(PARTITIONS));
            if (!partition.isEmpty()) {
                LogPosition next = partition.removeFirst();
                HeldAlert alert = from.alerts().all().get(next);
                rebuilt.add(next.partition(), next.offset(), next.timestampMs(), alert);
            }
        }
        return rebuilt;
    }

    /** Every partition has offsets of its own, with holes as transactions leave them. */
    private static void add(AlertStream stream, int id, Random random) {
        stream.add(random.nextInt(PARTITIONS), 2L * id, id / 3, SampleEvents.heldAlert(id));
    }

    private static AlertFilter filter(Map<String, String> parameters) {
        MultiMap values = MultiMap.caseInsensitiveMultiMap();
        parameters.forEach(values::add);
        return AlertFilter.of(new QueryParameters(values, AlertFilter.PARAMETERS));
    }

    private static final class RecordingClient implements AlertStream.Client {
        int woken;
        int dropped;
        int ended;

        @Override
        public void wake() {
            woken++;
        }

        @Override
        public void drop() {
            dropped++;
        }

        @Override
        public void end() {
            ended++;
        }
    }
}
