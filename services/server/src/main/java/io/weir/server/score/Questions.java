package io.weir.server.score;

import io.weir.core.decide.DecisionStateMachine;
import io.weir.core.decide.Profile;
import io.weir.core.policy.Entity;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What other threads want to know of a state, answered by the thread that owns it between two batches. */
final class Questions {
    private static final int CAPACITY = 1_000;
    /** A profile costs microseconds; the next batch is not kept waiting by many. */
    private static final int AT_A_TIME = 50;

    private final Queue<Question> open = new ArrayBlockingQueue<>(CAPACITY);

    /** Asks; from any thread. It fails at once when too many wait already. */
    CompletionStage<@Nullable Profile> ask(Entity kind, String id) {
        Question question = new Question(kind, id, new CompletableFuture<>());
        if (!open.offer(question)) {
            question.answer.completeExceptionally(
                    new IllegalStateException("as many questions wait as are answered in a second"));
        }
        return question.answer;
    }

    /** Answers some; for the owner of the state. */
    void answer(DecisionStateMachine machine) {
        for (int i = 0; i < AT_A_TIME; i++) {
            Question question = open.poll();
            if (question == null) {
                return;
            }
            question.answer.complete(machine.profile(question.kind, question.id));
        }
    }

    /** Turns all away. */
    void refuse(String why) {
        for (Question question = open.poll(); question != null; question = open.poll()) {
            question.answer.completeExceptionally(new IllegalStateException(why));
        }
    }

    private record Question(Entity kind, String id, CompletableFuture<@Nullable Profile> answer) {}
}
