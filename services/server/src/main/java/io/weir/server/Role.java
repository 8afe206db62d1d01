package io.weir.server;

import java.util.EnumSet;
import java.util.Set;

/** What an instance does. */
public enum Role {
    /** Takes transactions and labels over HTTP and answers with decisions; serves the views, too. */
    GATEWAY,
    /** Decides. */
    SCORER,
    /** Decides by the policies in shadow, into a topic of their own. */
    SHADOW,
    /** Serves decisions, accounts and alerts. */
    VIEWS,
    /** Pushes alerts to the endpoints of others. */
    WEBHOOKS,
    /** All of it; webhooks where there are endpoints. */
    ALL;

    /** Whether an instance of these roles takes transactions. */
    static boolean submits(Set<Role> roles) {
        return roles.contains(GATEWAY) || roles.contains(ALL);
    }

    /** Whether an instance of these roles decides. */
    static boolean decides(Set<Role> roles) {
        return roles.contains(SCORER) || roles.contains(ALL);
    }

    /** Whether an instance of these roles decides by the policies in shadow. */
    static boolean shadows(Set<Role> roles) {
        return roles.contains(SHADOW) || roles.contains(ALL);
    }

    /** Whether an instance of these roles pushes alerts, if it is told to whom. */
    static boolean pushes(Set<Role> roles) {
        return roles.contains(WEBHOOKS) || roles.contains(ALL);
    }

    /** Whether an instance of these roles keeps views: a gateway needs them to recognise what was decided before. */
    static boolean keepsViews(Set<Role> roles) {
        return !EnumSet.of(SCORER, SHADOW, WEBHOOKS).containsAll(roles);
    }
}
