package io.weir.server.gateway;

import io.vertx.core.Future;
import io.weir.events.TransactionLabelled;
import io.weir.server.http.ProblemException;
import java.util.concurrent.TimeUnit;

/** Brings labels onto the log. Confined to one event loop. A label may be repeated: the last one counts. */
final class Labels {
    private final GatewaySettings settings;
    private final LogAppender appender;
    private final GatewayMetrics metrics;
    private int inFlight;

    Labels(GatewaySettings settings, LogAppender appender, GatewayMetrics metrics) {
        this.settings = settings;
        this.appender = appender;
        this.metrics = metrics;
    }

    /** Appends a label; done once the log has it, or fails with a {@link ProblemException}: 503. */
    Future<Position> append(TransactionLabelled label) {
        if (inFlight >= settings.maxInFlight()) {
            return refused(Outcome.Refused.overloaded());
        }
        String stalled = appender.stalledBecause();
        if (stalled != null) {
            return refused(Outcome.Refused.unavailable(stalled));
        }
        inFlight++;
        return appender.append(label)
                .onComplete((position, failure) -> {
                    inFlight--;
                    if (position != null) {
                        metrics.appended("label");
                    }
                })
                .timeout(settings.acknowledgeWithinMs(), TimeUnit.MILLISECONDS)
                .recover(failure -> refused(Outcome.Refused.unavailable("the log did not acknowledge the append")));
    }

    /** Whether a batch may add to what is in flight. */
    boolean hasRoomForBatch() {
        return inFlight < settings.maxInFlight() / 2;
    }

    private static Future<Position> refused(Outcome.Refused refused) {
        return Future.failedFuture(new ProblemException(refused.problem()));
    }
}
