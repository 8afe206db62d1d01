package io.weir.server.health;

/**
 * Something that could not be had from the cluster.
 *
 * @param question what was asked for, in a word: one of {@link Questions#ALL}
 * @param why in words; where a right is missing, which
 */
public record Unknown(String question, String why) {}
