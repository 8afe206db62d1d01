package io.weir.server.topics;

/** A topic on the cluster differs in a way that must not be touched. Nothing was changed. */
public final class PlanRefusedException extends ProvisioningException {
    private static final long serialVersionUID = 1L;

    private final transient TopicPlan plan;

    PlanRefusedException(TopicPlan plan) {
        super(String.join("\n", plan.refusals()));
        this.plan = plan;
    }

    /** The refused plan. */
    public TopicPlan plan() {
        return plan;
    }
}
