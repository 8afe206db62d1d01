package io.weir.server.control;

import io.weir.events.ModelPublished;
import io.weir.server.http.Problem;
import io.weir.server.http.ProblemException;
import io.weir.server.log.ControlLog;
import io.weir.server.model.ModelException;
import io.weir.server.model.Models;
import io.weir.server.model.XgboostModel;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Models on the control topic: each is published once and is what its SHA-256 names. Blocking. Thread-safe. */
public final class PublishedModels {
    private static final Logger log = LoggerFactory.getLogger(PublishedModels.class);

    private final ControlLog control;
    private final Policies policies;
    private final LongSupplier clock;

    /**
     * The models of a cluster.
     *
     * @param policies of the same control topic
     * @param clock the current time in milliseconds since 1970-01-01T00:00:00Z
     */
    public PublishedModels(ControlLog control, Policies policies, LongSupplier clock) {
        this.control = control;
        this.policies = policies;
        this.clock = clock;
    }

    /**
     * A model on the control topic.
     *
     * @param name that it was first published under
     * @param offset of its publication
     * @param again whether it was there before
     */
    record Publication(XgboostModel model, String name, long offset, boolean again) {}

    /**
     * Publishes a file, once.
     *
     * @throws ModelException if it is no model that can be evaluated here
     */
    synchronized Publication publish(byte[] file, @Nullable String card, String name, String by) throws ModelException {
        XgboostModel model = XgboostModel.read(file);
        PolicyHistory.PublishedModel before = policies.history().model(model.sha256());
        if (before != null) {
            return new Publication(model, before.event().name(), before.offset(), true);
        }
        byte[] packed = Models.packed(file);
        if (packed.length > Models.MAX_PACKED_BYTES) {
            throw new ProblemException(new Problem(
                    413,
                    "model-too-large",
                    "Model too large",
                    "packed with gzip, the model has " + packed.length + " bytes, more than " + Models.MAX_PACKED_BYTES,
                    null,
                    "train fewer or shallower trees"));
        }
        long offset = control.append(List.of(new ModelPublished(
                model.sha256(), name, ModelPublished.XGBOOST_JSON, packed, card, clock.getAsLong(), by)));
        log.info("model {} {} published by {}", name, model.sha256(), by);
        return new Publication(model, name, offset, false);
    }

    /** All of them, in the order of publication. */
    List<PolicyHistory.PublishedModel> all() {
        return List.copyOf(policies.history().models());
    }
}
