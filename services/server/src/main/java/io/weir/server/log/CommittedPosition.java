package io.weir.server.log;

/**
 * What the group has committed for a partition of the transaction log.
 *
 * @param offset of the first record not yet decided
 * @param chain head of the partition's chain of decisions up to there, in hexadecimal; empty if an older version or a tool
 *     committed it
 */
public record CommittedPosition(long offset, String chain) {}
