package io.weir.events;

/** Something that happened and stands on the log. Every event type has a schema of the same name beside this class. */
public sealed interface Event
        permits TransactionSubmitted,
                TransactionLabelled,
                TransactionDecided,
                FraudAlertRaised,
                DuplicateDetected,
                PolicyPublished,
                PolicyActivated,
                PolicyActivationRequested,
                ModelPublished,
                ListChanged,
                RuleShadowed,
                PolicyShadowed,
                AccountSnapshot,
                EntitySnapshot,
                SweepCompleted {

    /** The record key that it travels under: the account id, or for control events the id of what they control, for snapshots what they are of. */
    String key();

    /** Its type. */
    EventType<?> type();
}
