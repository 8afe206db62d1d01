package io.weir.server.policy;

import io.weir.core.policy.Policy;
import io.weir.events.ModelPublished;
import io.weir.server.model.Models;

/** Makes policies of documents, for those who follow the control topic. */
@FunctionalInterface
public interface PolicySource {
    /**
     * The policy that a document describes.
     *
     * @throws IllegalStateException if it does not compile
     */
    Policy policy(String document);

    /** A model was published: policies published after it may use it. */
    default void take(ModelPublished publication) {}

    /** One that compiles, with models that are shared. */
    static PolicySource of(Models models) {
        PolicyCompiler compiler = new PolicyCompiler(models::find);
        return new PolicySource() {
            @Override
            public Policy policy(String document) {
                try {
                    return compiler.compile(document);
                } catch (PolicyException e) {
                    throw new IllegalStateException(e.getMessage(), e);
                }
            }

            @Override
            public void take(ModelPublished publication) {
                models.take(publication);
            }
        };
    }
}
