package io.weir.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.Test;

class QuestionsTest {
    private static final String RIGHT = "DESCRIBE on the cluster";

    private final Questions questions = new Questions(Duration.ZERO);

    private static Future<String> failed(Exception cause) {
        return CompletableFuture.failedFuture(cause);
    }

    @Test
    void whatIsNotAllowedIsUnknownAndNamesTheRightOnceAndTheRestIsAnswered() {
        assertThat(questions.answer("sizes", RIGHT, failed(new ClusterAuthorizationException("no"))))
                .isNull();
        assertThat(questions.answer("sizes", RIGHT, failed(new ClusterAuthorizationException("no again"))))
                .isNull();
        assertThat(questions.answer("topics", RIGHT, CompletableFuture.completedFuture("answer")))
                .isEqualTo("answer");
        assertThat(questions.unknown())
                .containsExactly(new Unknown("sizes", "not allowed: give this user DESCRIBE on the cluster"));
    }

    @Test
    void whatDoesNotExistIsAnAnswer() {
        assertThat(questions.answer(
                        "groups",
                        RIGHT,
                        failed(new GroupIdNotFoundException("none")),
                        GroupIdNotFoundException.class,
                        "nothing"))
                .isEqualTo("nothing");
        assertThat(questions.unknown()).isEmpty();
    }

    @Test
    void whatDoesNotComeInTimeIsUnknown() {
        assertThat(questions.answer("offsets", RIGHT, new CompletableFuture<String>()))
                .isNull();
        assertThat(questions.unknown()).containsExactly(new Unknown("offsets", "no answer within 0.0 s"));
    }

    @Test
    void refusedCredentialsNameTheOption() {
        assertThat(questions.answer("cluster", RIGHT, failed(new SaslAuthenticationException("bad password"))))
                .isNull();
        assertThat(questions.unknown().getFirst().why()).contains("bad password", "--kafka-config");
    }
}
