/** Policies as documents: read, checked, compiled; every error with its place and its remedy. */
@NullMarked
package io.weir.server.policy;

import org.jspecify.annotations.NullMarked;
