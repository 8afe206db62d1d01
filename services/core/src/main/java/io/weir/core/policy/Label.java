package io.weir.core.policy;

/** What is known of a transaction at the moment, as an aggregate can ask for it; a transaction itself is FRAUD, GENUINE or neither. */
public enum Label {
    FRAUD,
    GENUINE,
    /** One or the other. */
    KNOWN
}
