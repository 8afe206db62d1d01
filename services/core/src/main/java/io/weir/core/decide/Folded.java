package io.weir.core.decide;

/** A record of the transaction log that was folded: what became of it, or what its decision is made of. */
public sealed interface Folded permits Outcome, Measured {}
