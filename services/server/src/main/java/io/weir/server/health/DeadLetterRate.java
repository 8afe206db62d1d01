package io.weir.server.health;

/**
 * How many dead letters there are, by the offsets of their topic. A transaction's marker takes an offset, too, so that both
 * may be up to twice what they should; what an instance's own engines wrote its counters tell exactly.
 *
 * @param kept on the topic now; {@link ClusterSample#NOT_KNOWN} possible
 * @param perSecond that come; not a number where it is not known yet
 */
public record DeadLetterRate(long kept, double perSecond) {}
