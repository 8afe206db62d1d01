package io.weir.events;

/** What the payment service should do with a transaction. The order is the schema's: append only. */
public enum Decision {
    APPROVE,
    REVIEW,
    DECLINE;

    /** Whether someone must look at it: it raises an alert. */
    public boolean alerts() {
        return this != APPROVE;
    }
}
