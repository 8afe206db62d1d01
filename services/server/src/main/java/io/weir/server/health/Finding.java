package io.weir.server.health;

/** Something that is not as it should be, in words that name it. */
public record Finding(Level level, String text) {}
