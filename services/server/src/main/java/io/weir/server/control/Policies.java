package io.weir.server.control;

import io.weir.core.decide.InShadow;
import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.ModelPublished;
import io.weir.events.PolicyActivated;
import io.weir.events.PolicyActivationRequested;
import io.weir.events.PolicyPublished;
import io.weir.events.PolicyShadowed;
import io.weir.events.Sha256;
import io.weir.server.log.ControlLog;
import io.weir.server.model.Models;
import io.weir.server.policy.PolicyCompiler;
import io.weir.server.policy.PolicyException;
import io.weir.server.score.Warmth;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life cycle of policies: every step is an event on the control topic, which is read anew before each. Blocking.
 * Thread-safe; of two instances that activate at the same time, the log's order says who came last.
 */
public final class Policies {
    private static final Logger log = LoggerFactory.getLogger(Policies.class);

    private final ControlLog control;
    private final Models models;
    private final PolicyCompiler compiler;
    private final LongSupplier clock;
    private final boolean twoPersons;
    private final WarmUps warmUps;

    /**
     * A life cycle.
     *
     * @param models shared; those that are published are handed in
     * @param clock the current time in milliseconds since 1970-01-01T00:00:00Z
     * @param twoPersons whether it takes another person to activate a policy than the one who asks for it
     * @param warmUps of this process's engines
     */
    public Policies(ControlLog control, Models models, LongSupplier clock, boolean twoPersons, WarmUps warmUps) {
        this.control = control;
        this.models = models;
        this.compiler = new PolicyCompiler(models::find);
        this.clock = clock;
        this.twoPersons = twoPersons;
        this.warmUps = warmUps;
    }

    /**
     * A policy on the control topic.
     *
     * @param offset of its publication
     * @param again whether it was there before
     */
    record Publication(Policy policy, long offset, boolean again) {}

    /**
     * What became of an activation.
     *
     * @param offset of the event, from which on the policy decides; of the request where it waits for another person
     * @param waitsFor who asked for it and cannot do it alone; null if the policy decides now
     */
    record Activation(
            Sha256 policySha256, long offset, @Nullable String waitsFor) {}

    /** A step that cannot be taken; the message says why. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /** An engine's state does not have yet what the policy selects. */
    static final class WarmingException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Warmth warmth;

        WarmingException(String message, Warmth warmth) {
            super(message);
            this.warmth = warmth;
        }

        /** How far it is. */
        Warmth warmth() {
            return warmth;
        }
    }

    /** The policy in a document, which is not published by that. */
    Policy validate(String document) throws PolicyException {
        var unused = entries(); // the models
        return compiler.compile(document);
    }

    /** Publishes a document, once. */
    synchronized Publication publish(String document, String by) throws PolicyException {
        PolicyHistory history = history();
        Policy policy = compiler.compile(document);
        PolicyHistory.Published before = history.published(policy.sha256());
        if (before != null) {
            return new Publication(policy, before.offset(), true);
        }
        long offset = control.append(
                List.of(new PolicyPublished(policy.id(), policy.sha256(), document, clock.getAsLong(), by)));
        log.info("policy {} {} published by {}", policy.id(), policy.sha256(), by);
        return new Publication(policy, offset, false);
    }

    /** Makes a published policy the one that decides, or asks for that where it takes another person. */
    synchronized Activation activate(Sha256 sha256, String by) throws RefusedException, WarmingException {
        return activate(history(), sha256, by);
    }

    /** Makes the policy that decided before this one decide again. */
    synchronized Activation rollBack(String by) throws RefusedException, WarmingException {
        PolicyHistory history = history();
        Sha256 before = history.activeBefore();
        if (before == null) {
            throw new RefusedException("there is no policy to go back to: none was active before the present one");
        }
        return activate(history, before, by);
    }

    /**
     * Has a published policy decide in shadow, or no longer.
     *
     * @return the offset from which on it does
     */
    synchronized long shadow(Sha256 sha256, boolean shadow, String by) throws RefusedException {
        PolicyHistory history = history();
        boolean is = history.inShadow().contains(sha256);
        if (is == shadow) {
            throw new RefusedException("policy " + sha256.hex() + (is ? " is in shadow already" : " is not in shadow"));
        }
        if (shadow && history.inShadow().size() == InShadow.MOST) {
            throw new RefusedException(
                    InShadow.MOST + " policies are in shadow, and no more may be: take one out first");
        }
        PolicyPublished published = usable(history, sha256);
        long offset = control.append(
                List.of(new PolicyShadowed(published.policyId(), sha256, shadow, clock.getAsLong(), by)));
        log.info("policy {} {} {} by {}", published.policyId(), sha256, shadow ? "in shadow" : "out of shadow", by);
        return offset;
    }

    private PolicyPublished usable(PolicyHistory history, Sha256 sha256) throws RefusedException {
        PolicyHistory.Published published = history.published(sha256);
        if (published == null) {
            throw new RefusedException("policy " + sha256.hex() + " was never published");
        }
        try {
            var unused = compiler.compile(published.event().document());
        } catch (PolicyException e) {
            throw new RefusedException("policy " + sha256.hex() + " cannot be used by this version: " + e.getMessage());
        }
        return published.event();
    }

    private Activation activate(PolicyHistory history, Sha256 sha256, String by)
            throws RefusedException, WarmingException {
        if (Objects.equals(sha256, history.active())) {
            throw new RefusedException("policy " + sha256.hex() + " is active already");
        }
        PolicyPublished published = usable(history, sha256);
        String id = published.policyId();
        PolicyHistory.Step request = history.requested(sha256);
        if (twoPersons && (request == null || request.by().equals(by))) {
            long offset = request != null
                    ? request.offset()
                    : control.append(List.of(new PolicyActivationRequested(id, sha256, clock.getAsLong(), by)));
            log.info("policy {} {}: {} asks for its activation", id, sha256, by);
            return new Activation(sha256, offset, by);
        }
        requireWarm(published, by);
        long offset = control.append(List.of(new PolicyActivated(id, sha256, clock.getAsLong(), by)));
        log.info("policy {} {} activated by {}", id, sha256, by);
        return new Activation(sha256, offset, null);
    }

    /** An engine that is not warm would not decide until it is; where nobody has to wait, nobody does. */
    private void requireWarm(PolicyPublished publication, String by) throws WarmingException {
        Warmth warmth = warmth(publication.policySha256());
        if (warmth == null || warmth.state() == Warmth.State.WARM) {
            return;
        }
        if (warmth.state() == Warmth.State.COLD) {
            // The engines keep what the last ones published select: so it is one of these again.
            var unused = control.append(List.of(new PolicyPublished(
                    publication.policyId(),
                    publication.policySha256(),
                    publication.document(),
                    clock.getAsLong(),
                    by)));
        }
        String name = "policy " + publication.policyId() + " " + publication.policySha256();
        throw new WarmingException(
                name + " needs history that the engines are warming up: "
                        + (warmth.total() == 0
                                ? "it is about to begin"
                                : warmth.done() + " of " + warmth.total() + " records"),
                warmth);
    }

    /** How far the engine is that has most to do; null if none of this process serves. */
    @Nullable
    Warmth warmth(Sha256 sha256) {
        return warmUps.of(sha256).stream().min(Warmth.LEAST_FIRST).orElse(null);
    }

    PolicyHistory history() {
        return PolicyHistory.of(entries());
    }

    /** The control topic as it is now; its models are known from here on. */
    List<ControlLog.Entry> entries() {
        List<ControlLog.Entry> entries = control.readAll();
        for (ControlLog.Entry entry : entries) {
            if (entry.event() instanceof ModelPublished model) {
                models.take(model);
            }
        }
        return entries;
    }

    /** The policy in a published document, as this version reads it. */
    Policy compiled(PolicyHistory.Published published) throws PolicyException {
        return compiler.compile(published.event().document());
    }

    /**
     * For the start of an instance: has a policy decide, whoever else would have to agree.
     *
     * @param onlyIfNone whether a policy that is active stays
     */
    public synchronized void start(String document, boolean onlyIfNone, String by) throws PolicyException {
        PolicyHistory history = history();
        Policy policy = compiler.compile(document);
        Sha256 active = history.active();
        if (active != null && (onlyIfNone || active.equals(policy.sha256()))) {
            log.info("policy {} is active already", active);
            return;
        }
        List<Event> news = new ArrayList<>();
        long nowMs = clock.getAsLong();
        publishShipped(policy, history, news, by);
        if (history.published(policy.sha256()) == null) {
            news.add(new PolicyPublished(policy.id(), policy.sha256(), document, nowMs, by));
        }
        news.add(new PolicyActivated(policy.id(), policy.sha256(), nowMs, by));
        var unused = control.append(news);
        log.info("policy {} {} published and activated", policy.id(), policy.sha256());
    }

    /** The model that Weir comes with stands on the log like any other before a policy that uses it. */
    private void publishShipped(Policy policy, PolicyHistory history, List<Event> news, String by) {
        Models.Shipped shipped = Models.shipped();
        if (policy.model() != null
                && shipped != null
                && policy.model().sha256().equals(shipped.sha256())
                && history.model(shipped.sha256()) == null) {
            news.add(new ModelPublished(
                    shipped.sha256(),
                    shipped.name(),
                    ModelPublished.XGBOOST_JSON,
                    shipped.gzip(),
                    shipped.card(),
                    clock.getAsLong(),
                    by));
        }
    }
}
