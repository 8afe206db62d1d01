/** Models that other tools have trained, read into what the core evaluates. */
@NullMarked
package io.weir.server.model;

import org.jspecify.annotations.NullMarked;
