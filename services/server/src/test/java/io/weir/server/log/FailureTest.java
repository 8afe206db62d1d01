package io.weir.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.events.SchemaIds.SchemaUnavailableException;
import io.weir.server.log.Failure.Course;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new TimeoutException("t"), Course.RETRY, "brokers"),
                Arguments.of(new NotLeaderOrFollowerException("t"), Course.RETRY, "brokers"),
                Arguments.of(new NotEnoughReplicasException("t"), Course.RETRY, "brokers"),
                Arguments.of(new CoordinatorNotAvailableException("t"), Course.RETRY, "brokers"),
                Arguments.of(new DisconnectException("t"), Course.RETRY, "brokers"),
                Arguments.of(new TransactionAbortableException("t"), Course.RETRY, "brokers"),
                Arguments.of(new UnreleasedInstanceIdException("t"), Course.RETRY, "brokers"),
                Arguments.of(new CommitFailedException("t"), Course.RETRY, "rebalanced"),
                Arguments.of(new ProducerFencedException("t"), Course.REBUILD, "fenced"),
                Arguments.of(new InvalidProducerEpochException("t"), Course.REBUILD, "fenced"),
                Arguments.of(new InvalidPidMappingException("t"), Course.REBUILD, "transactional-id-expired"),
                Arguments.of(new InvalidTxnStateException("t"), Course.REBUILD, "transaction-state"),
                Arguments.of(new OutOfOrderSequenceException("t"), Course.REBUILD, "sequence"),
                Arguments.of(new SchemaUnavailableException("t", new Exception()), Course.REBUILD, "registry"),
                Arguments.of(new EngineLogException("partitions moved"), Course.REBUILD, "fault"),
                Arguments.of(new IllegalStateException("a fault of ours"), Course.REBUILD, "fault"),
                Arguments.of(new StateLostException("damaged", null), Course.AWAIT, "state-lost"),
                Arguments.of(
                        new InstanceIdTakenException(new ProducerFencedException("t")),
                        Course.STOP,
                        "instance-id-taken"),
                Arguments.of(new TopicAuthorizationException("t"), Course.STOP, "authorization"),
                Arguments.of(GroupAuthorizationException.forGroupId("g"), Course.STOP, "authorization"),
                Arguments.of(new TransactionalIdAuthorizationException("t"), Course.STOP, "authorization"),
                Arguments.of(new SaslAuthenticationException("t"), Course.STOP, "authentication"),
                Arguments.of(new UnsupportedVersionException("t"), Course.STOP, "unsupported-version"),
                Arguments.of(new RecordTooLargeException("t"), Course.STOP, "record-too-large"),
                Arguments.of(new InvalidTxnTimeoutException("t"), Course.STOP, "configuration"),
                Arguments.of(new ConfigException("t"), Course.STOP, "configuration"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void everyKindOfFailureHasItsCourse(Throwable thrown, Course course, String reason) {
        assertThat(Failure.of(thrown))
                .extracting(Failure::course, Failure::reason)
                .containsExactly(course, reason);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void wrappedInOthersItIsTheSame(Throwable thrown, Course course, String reason) {
        assertThat(Failure.of(new EngineLogException("it ended", new ExecutionException(thrown))))
                .extracting(Failure::course, Failure::reason)
                .containsExactly(course, reason);
        assertThat(Failure.of(new KafkaException("in an error state", thrown)).course())
                .isEqualTo(reason.equals("fault") ? Course.RETRY : course);
    }

    @Test
    void aProducerThatHasFailedBeforeDoesNotHideWhatItWas() {
        Throwable thrown = new KafkaException(
                "Cannot execute transactional method because we are in an error state",
                new TopicAuthorizationException(Set.of("weir.decisions")));
        assertThat(Failure.of(thrown).message()).contains("Not authorized to access topics: [weir.decisions]");
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whateverStopsAnEngineSaysWhatToDo(Throwable thrown, Course course, String reason) {
        Failure failure = Failure.of(thrown);
        assertThat(failure.remedy().isEmpty()).describedAs(reason).isEqualTo(course != Course.STOP);
        assertThat(failure.needsPerson()).isEqualTo(course == Course.STOP || course == Course.AWAIT);
    }
}
