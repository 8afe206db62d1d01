package io.weir.server.control;

import io.weir.core.policy.Policy;
import io.weir.events.Event;
import io.weir.events.PolicyActivated;
import io.weir.events.PolicyPublished;
import io.weir.events.Sha256;
import io.weir.server.log.ControlLog;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a policy onto the control topic: published once, activated if another one is active. */
public final class PolicyActivation {
    private static final Logger log = LoggerFactory.getLogger(PolicyActivation.class);

    private final ControlLog control;
    private final LongSupplier clock;
    private final String by;

    /**
     * An activation.
     *
     * @param clock the current time in milliseconds since 1970-01-01T00:00:00Z
     * @param by who publishes and activates, for the record
     */
    public PolicyActivation(ControlLog control, LongSupplier clock, String by) {
        this.control = control;
        this.clock = clock;
        this.by = by;
    }

    /** Makes this policy the active one; nothing is appended if it is already. */
    public void activate(Policy policy, String document) {
        append(policy, document, control.readAll());
    }

    /** Makes this policy the active one unless there is one. */
    public void activateIfNone(Policy policy, String document) {
        List<Event> events = control.readAll();
        if (active(events) == null) {
            append(policy, document, events);
        }
    }

    private void append(Policy policy, String document, List<Event> events) {
        Sha256 active = active(events);
        if (active != null && active.equals(policy.sha256())) {
            log.info("policy {} {} is active already", policy.id(), policy.sha256());
            return;
        }
        List<Event> news = new ArrayList<>();
        long nowMs = clock.getAsLong();
        if (!published(events).contains(policy.sha256())) {
            news.add(new PolicyPublished(policy.id(), policy.sha256(), document, nowMs, by));
        }
        news.add(new PolicyActivated(policy.id(), policy.sha256(), nowMs, by));
        control.append(news);
        log.info("policy {} {} published and activated", policy.id(), policy.sha256());
    }

    private static @Nullable Sha256 active(List<Event> events) {
        Sha256 active = null;
        for (Event event : events) {
            if (event instanceof PolicyActivated activated) {
                active = activated.policySha256();
            }
        }
        return active;
    }

    private static Set<Sha256> published(List<Event> events) {
        Set<Sha256> published = new HashSet<>();
        for (Event event : events) {
            if (event instanceof PolicyPublished publication) {
                published.add(publication.policySha256());
            }
        }
        return published;
    }
}
