package io.weir.server.health;

/**
 * Something that could not be had from the cluster.
 *
 * @param question what was asked for, in a word: {@code cluster}, {@code topics}, {@code configs}, {@code offsets},
 *     {@code groups}, {@code sizes} or {@code transactions}
 * @param why in words; where a right is missing, which
 */
public record Unknown(String question, String why) {}
